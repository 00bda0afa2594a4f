/** Error rates of presentation attack detection (ISO/IEC 30107-3) from scores; a higher score means more bona fide. */

export interface Judged {
  score: number
  bonafide: boolean
}

export interface Rate {
  /** Errors and trials, counted. */
  errors: number
  trials: number
  /** Share of errors, and the 95 % interval of Wilson. NaN without trials. */
  share: number
  low: number
  high: number
}

/** Wilson's score interval: sensible also at 0 errors and with few trials. */
export function rateOf(errors: number, trials: number): Rate {
  const z = 1.959964
  const share = errors / trials
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials)
  const reach =
    (z / (1 + (z * z) / trials)) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  return { errors, trials, share, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) }
}

/** Share of attacks taken for bona fide: their score is at or above the threshold. */
export function apcer(judged: readonly Judged[], threshold: number): Rate {
  const attacks = judged.filter(({ bonafide }) => !bonafide)
  return rateOf(attacks.filter(({ score }) => score >= threshold).length, attacks.length)
}

/** Share of bona fide pictures taken for attacks. */
export function bpcer(judged: readonly Judged[], threshold: number): Rate {
  const genuine = judged.filter(({ bonafide }) => bonafide)
  return rateOf(genuine.filter(({ score }) => score < threshold).length, genuine.length)
}

/** Area under the ROC curve: how often a bona fide picture scores above an attack, ties half. NaN without both. */
export function areaUnderCurve(judged: readonly Judged[]): number {
  const ascending = [...judged].sort((a, b) => a.score - b.score)
  let ranks = 0
  let genuine = 0
  for (let from = 0; from < ascending.length; ) {
    let to = from
    while (to < ascending.length && ascending[to]!.score === ascending[from]!.score) to++
    const rank = (from + 1 + to) / 2
    for (let at = from; at < to; at++) {
      if (!ascending[at]!.bonafide) continue
      genuine++
      ranks += rank
    }
    from = to
  }
  const attacks = ascending.length - genuine
  return genuine && attacks ? (ranks - (genuine * (genuine + 1)) / 2) / (genuine * attacks) : Number.NaN
}

/** The error at the threshold where both kinds of error are as near to each other as they come. NaN without both. */
export function equalError(judged: readonly Judged[]): number {
  return operatingPoint(
    judged,
    (at) => Math.abs(at.apcer - at.bpcer),
    (at) => (at.apcer + at.bpcer) / 2,
  )
}

/** APCER at the highest threshold that refuses at most this share of the bona fide pictures. NaN without both. */
export function apcerAtBpcer(judged: readonly Judged[], share: number): number {
  return operatingPoint(
    judged,
    (at) => (at.bpcer > share ? 2 : at.apcer),
    (at) => at.apcer,
  )
}

/** Both errors, 0..1, when scores up to `threshold` are refused. */
export interface ErrorsAt {
  threshold: number
  apcer: number
  bpcer: number
}

/** Every pair of errors that a threshold can bring about, from nothing refused to everything. Empty without both kinds. */
export function errorsByThreshold(judged: readonly Judged[]): ErrorsAt[] {
  const ascending = [...judged].sort((a, b) => a.score - b.score)
  const attacks = ascending.filter(({ bonafide }) => !bonafide).length
  const genuine = ascending.length - attacks
  if (!attacks || !genuine) return []
  let [refused, caught] = [0, 0]
  const points: ErrorsAt[] = [{ threshold: Number.NEGATIVE_INFINITY, apcer: 1, bpcer: 0 }]
  for (const [index, { score, bonafide }] of ascending.entries()) {
    if (bonafide) refused++
    else caught++
    if (ascending[index + 1]?.score === score) continue
    points.push({ threshold: score, apcer: 1 - caught / attacks, bpcer: refused / genuine })
  }
  return points
}

/** A figure at the threshold of least cost, of those between the scores. */
function operatingPoint(
  judged: readonly Judged[],
  cost: (at: ErrorsAt) => number,
  figure: (at: ErrorsAt) => number,
): number {
  const [first, ...others] = errorsByThreshold(judged)
  if (!first) return Number.NaN
  let best = first
  for (const at of others) if (cost(at) < cost(best)) best = at
  return figure(best)
}

/** 95 % interval of an area under the curve (Hanley and McNeil, 1982). */
export function areaInterval(judged: readonly Judged[]): [number, number] {
  const a = areaUnderCurve(judged)
  const genuine = judged.filter(({ bonafide }) => bonafide).length
  const attacks = judged.length - genuine
  const q1 = a / (2 - a)
  const q2 = (2 * a * a) / (1 + a)
  const variance =
    (a * (1 - a) + (genuine - 1) * (q1 - a * a) + (attacks - 1) * (q2 - a * a)) / (genuine * attacks)
  const reach = 1.96 * Math.sqrt(variance)
  return [Math.max(0, a - reach), Math.min(1, a + reach)]
}

export interface CalibrationBin {
  /** Mean score of the bin. */
  predicted: number
  /** Share of bona fide pictures in it, by weight. */
  observed: number
  count: number
}

/** Scores against what they promise, in ten equal bins; empty bins are left out. */
export function calibrationBins(judged: readonly (Judged & { weight: number })[]): CalibrationBin[] {
  const bins = Array.from({ length: 10 }, () => ({ score: 0, genuine: 0, weight: 0, count: 0 }))
  for (const { score, bonafide, weight } of judged) {
    const bin = bins[Math.min(9, Math.floor(score * 10))]!
    bin.score += score * weight
    bin.genuine += bonafide ? weight : 0
    bin.weight += weight
    bin.count++
  }
  return bins
    .filter(({ count }) => count > 0)
    .map(({ score, genuine, weight, count }) => ({
      predicted: score / weight,
      observed: genuine / weight,
      count,
    }))
}
