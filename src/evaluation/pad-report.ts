/** An attack detection report in the terms of ISO/IEC 30107-3, from the scores of labelled captures. */
import { type Interval, intervalOverPeople } from './bootstrap.ts'
import type { Capture } from './labelled-folder.ts'
import { areaUnderCurve, type ErrorsAt, equalError, errorsByThreshold } from './pad-rates.ts'

/** A capture and what became of it. */
export interface JudgedCapture extends Capture {
  /** Liveness probability, 0..1; null where nothing was judged. */
  score: number | null
  /** Why nothing was judged: `no_face`, `unreadable` or a fault of the picture; null where it was. */
  reason: string | null
}

/** A share of errors, 0..1, with what was counted. */
export interface ErrorShare {
  errors: number
  trials: number
  /** Null without trials. */
  share: number | null
  /** 95 % interval over people; null where the captures are of fewer than two. */
  interval: Interval | null
}

export interface Instrument {
  name: string
  /** Attacks taken for bona fide, of those judged. */
  apcer: ErrorShare
  /** Attacks that were not judged: nobody passes with them. */
  apnrr: ErrorShare
}

export interface PadReport {
  kind: 'pad'
  /** Liveness probability from which a capture counts as bona fide. */
  threshold: number
  captures: number
  people: number
  /** False where the folder names no people: each capture counts as a person of its own. */
  peopleNamed: boolean
  /** Bona fide captures taken for attacks, of those judged. */
  bpcer: ErrorShare
  /** Bona fide captures that were not judged. */
  bpnrr: ErrorShare
  instruments: Instrument[]
  /** The instrument with the highest APCER, which the standard's APCER is; null without attacks. */
  worst: Instrument | null
  /** Equal error rate, 0..1, over all attacks together; null without both kinds of captures. */
  equalError: number | null
  equalErrorInterval: Interval | null
  areaUnderCurve: number | null
  /** Both errors when scores up to each score are refused. */
  det: ErrorsAt[]
  judged: JudgedCapture[]
}

type Scored = JudgedCapture & { score: number }

/** @param threshold liveness probability, 0..1, from which a capture counts as bona fide */
export function reportPad(judged: readonly JudgedCapture[], threshold: number): PadReport {
  const people = personNumbers(judged)
  const count = new Set(people.values()).size
  const scored = judged.filter((capture): capture is Scored => capture.score !== null)
  const share = (of: readonly JudgedCapture[], isError: (capture: JudgedCapture) => boolean): ErrorShare => {
    const errors = of.filter(isError).length
    const rate = (times: Uint16Array) => {
      let [wrong, all] = [0, 0]
      for (const capture of of) {
        const weight = times[people.get(capture)!]!
        all += weight
        if (isError(capture)) wrong += weight
      }
      return wrong / all
    }
    const hasTrials = of.length > 0
    return {
      errors,
      trials: of.length,
      share: hasTrials ? errors / of.length : null,
      interval: hasTrials ? intervalOverPeople(count, rate) : null,
    }
  }
  const isUnjudged = ({ score }: JudgedCapture) => score === null
  const isLive = ({ score }: JudgedCapture) => score !== null && score >= threshold
  const genuine = judged.filter(({ bonafide }) => bonafide)
  const names = [...new Set(judged.flatMap(({ bonafide, instrument }) => (bonafide ? [] : [instrument])))]
  const instruments = names.sort().map((name) => {
    const of = judged.filter(({ bonafide, instrument }) => !bonafide && instrument === name)
    const answered = of.filter((capture) => !isUnjudged(capture))
    return { name, apcer: share(answered, isLive), apnrr: share(of, isUnjudged) }
  })
  const redrawn = (times: Uint16Array) =>
    scored.flatMap((capture) => Array<Scored>(times[people.get(capture)!]!).fill(capture))
  return {
    kind: 'pad',
    threshold,
    captures: judged.length,
    people: count,
    peopleNamed: judged.some(({ person }) => person !== null),
    bpcer: share(
      genuine.filter((capture) => !isUnjudged(capture)),
      (capture) => !isLive(capture),
    ),
    bpnrr: share(genuine, isUnjudged),
    instruments,
    worst: worstOf(instruments),
    equalError: numberOrNull(equalError(scored)),
    equalErrorInterval: intervalOverPeople(count, (times) => equalError(redrawn(times))),
    areaUnderCurve: numberOrNull(areaUnderCurve(scored)),
    // Without the point where nothing is refused: its threshold is below every number.
    det: errorsByThreshold(scored).slice(1),
    judged: [...judged],
  }
}

function worstOf(instruments: readonly Instrument[]): Instrument | null {
  return instruments.reduce<Instrument | null>(
    (worst, one) => ((one.apcer.share ?? -1) > (worst?.apcer.share ?? -1) ? one : worst),
    null,
  )
}

/** The number of each capture's person; a capture of nobody named is a person of its own. */
function personNumbers(judged: readonly JudgedCapture[]): Map<JudgedCapture, number> {
  const numbers = new Map<string, number>()
  return new Map(
    judged.map((capture, index) => {
      const name = capture.person === null ? `capture ${index}` : `person ${capture.person}`
      const number = numbers.get(name) ?? numbers.size
      numbers.set(name, number)
      return [capture, number] as const
    }),
  )
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
