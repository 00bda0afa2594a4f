/** The way of a session: camera, link, photos, verdict, and what stands in between. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { loadVision, type Vision } from '../shared/vision.ts'
import { CaptureApiError, createCaptureApi, type Prompt, type SessionView, type Welcome } from './api.ts'
import { describeCamera, startCamera, stopCamera } from './camera.ts'
import { Chime } from './chime.ts'
import { useSecondsUntil } from './countdown.ts'
import type { Goal } from './guide.ts'
import type { Taken } from './live.tsx'
import type { CaptureEvents, CaptureStep } from './liveface-capture.d.ts'
import type { Measured } from './measure.ts'
import { isLast, problems, type Screen, screenOf } from './screen.ts'
import { CaptureStream } from './stream.ts'
import { createVisit, type OpenSession } from './visit.ts'
import { useWayBack } from './way-back.ts'

/** Answers to a photo whose own answer was lost: the session has gone on, and the page reads where it is. */
const goneOn = ['challenge_taken', 'challenge_unknown', 'completed', 'stream_unknown']

export interface FlowOptions {
  /** URL of the server, without a slash at the end. */
  server: string
  link: string
  emit<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void
}

/** The guide. `vision` is undefined until its files have come, and null where the browser cannot run it. */
export interface Guide {
  vision: Vision | null | undefined
  /** Part of its files that has come, 0 to 1. */
  loaded: number
}

export function useFlow({ server, link, emit }: FlowOptions) {
  const [api] = useState(() => createCaptureApi(server))
  const [visit] = useState(() => createVisit(api, link))
  const [screen, setScreen] = useState<Screen>('first')
  const [welcome, setWelcome] = useState<Welcome | null>(null)
  const [opened, setOpened] = useState<OpenSession | null>(null)
  const [stream, setStream] = useState<MediaStream | null>(null)
  const [guide, setGuide] = useState<Guide>({ vision: undefined, loaded: 0 })
  const [neutral, setNeutral] = useState<Measured | null>(null)
  /** What was asked for last; null while the person looks ahead. */
  const [prompt, setPrompt] = useState<Prompt | null>(null)
  const [sending, setSending] = useState(false)
  const [help, setHelp] = useState(false)
  const [frames] = useState(() => new CaptureStream())
  const [chime] = useState(() => new Chime())
  const [deadline, setDeadline] = useState(0)
  const secondsLeft = useSecondsUntil(deadline)
  /** What to do again once the connection is back, or after something went wrong. */
  const again = useRef<() => void>(() => undefined)
  /** Of the text that the person agrees to by starting, as CaptureApi.openLink takes it. */
  const consent = useRef<string | null>(null)
  /** Camera that the person chose; null: none. */
  const chosen = useRef<string | null>(null)
  /** The element was taken out of the page, perhaps while a camera was being asked for. */
  const isGone = useRef(false)

  const goTo = useCallback(
    ({ expiresInMs, result, returnUrl, state }: SessionView) => {
      setDeadline(Date.now() + expiresInMs)
      if (result) {
        emit('complete', { passed: result.passed, failure: result.failure, returnUrl })
        setScreen('result')
      } else setScreen(state === 'expired' ? 'expired' : 'live')
    },
    [emit],
  )

  /** Shows what stands in the way, with `retry` as the way on. */
  const fail = useCallback((error: unknown, retry: () => void) => {
    again.current = retry
    setScreen(screenOf(error))
  }, [])

  /** Waits until the next gesture is asked for, if there is one, and shows it. @param ahead how the person looks ahead */
  const advance = useCallback(
    async (now: OpenSession, ahead: Measured | null) => {
      setSending(true)
      try {
        const { result, state } = now.session
        const isOver = result !== null || state === 'expired'
        const asked = isOver ? null : await api.awaitPrompt(now.key)
        if (asked) frames.goOn(asked.mark, false)
        setNeutral(ahead)
        setPrompt(asked)
        setOpened(now)
        setHelp(false)
        goTo(now.session)
        if (asked) emit('prompt', stepOf(now.session, asked))
      } catch (error) {
        fail(error, () => void advance(now, ahead))
      } finally {
        setSending(false)
      }
    },
    [api, frames, goTo, fail, emit],
  )

  /** The guide's files come while the camera is already seen. */
  const summonGuide = useCallback(async () => {
    if (guide.vision) return
    const onProgress = (loaded: number, total: number) => {
      setGuide({ vision: undefined, loaded: loaded / total })
      emit('progress', { loaded, total })
    }
    const vision = await loadVision(server, onProgress).catch(() => null)
    setGuide({ vision, loaded: 1 })
  }, [guide.vision, server, emit])

  /** The person is seen looking ahead again before the next attempt. */
  const failAttempt = useCallback(
    (now: OpenSession) => {
      emit('attempt', { failure: now.session.failed?.failure ?? null })
      setNeutral(null)
      setPrompt(null)
      setOpened(now)
      setScreen('again')
    },
    [emit],
  )

  /** Before the person has pressed anything: who asks, and whether the way is free. */
  const arrive = useCallback(async () => {
    try {
      const known = await visit.resume()
      const found = await api.readWelcome(link, known?.key ?? null)
      setWelcome(found)
      consent.current = found.consent?.sha256 ?? null
      again.current = arrive
      if (known?.session.result || known?.session.state === 'expired') {
        setOpened(known)
        goTo(known.session)
      } else setScreen(navigator.mediaDevices ? 'welcome' : 'cameraInsecure')
    } catch (error) {
      fail(error, arrive)
    }
  }, [api, visit, link, goTo, fail])

  const begin = useCallback(async () => {
    setScreen('loading')
    chime.wake()
    try {
      // The camera first: who refuses it has not used the link up.
      const camera = stream?.active ? stream : await startCamera(chosen.current)
      if (isGone.current) return stopCamera(camera)
      setStream(camera)
      const now = await visit.open(consent.current)
      if (opened && now.session.attempt > opened.session.attempt) return failAttempt(now)
      setOpened(now)
      if (!now.session.result) frames.goOn(await api.beginStream(now.key, await describeCamera(camera)), true)
      void summonGuide()
      emit('ready', null)
      // Whoever was seen looking ahead goes on with the gestures.
      if (neutral) return advance(now, neutral)
      goTo(now.session)
      if (!now.session.result) emit('prompt', stepOf(now.session, null))
    } catch (error) {
      // The text was changed while the person read it.
      if (error instanceof CaptureApiError && error.code === 'consent_missing') {
        setStream(null)
        return arrive()
      }
      fail(error, begin)
    }
  }, [
    stream,
    api,
    visit,
    opened,
    chime,
    frames,
    neutral,
    summonGuide,
    advance,
    failAttempt,
    arrive,
    goTo,
    fail,
    emit,
  ])

  useEffect(() => void arrive(), [])

  const isOver = isLast(screen)
  useEffect(() => {
    if (isOver && stream) stopCamera(stream)
  }, [isOver, stream])
  useEffect(() => () => void (stream && stopCamera(stream)), [stream])
  useEffect(
    () => () => {
      isGone.current = true
      chime.close()
    },
    [],
  )

  useEffect(() => {
    const code = problems[screen]
    if (code) emit('error', { code, final: isLast(screen) })
  }, [screen, emit])

  useEffect(() => {
    if (screen === 'live' && deadline > 0 && secondsLeft <= 0) setScreen('expired')
  }, [screen, deadline, secondsLeft])

  useEffect(() => {
    if (screen !== 'network') return
    const retry = () => again.current()
    addEventListener('online', retry)
    return () => removeEventListener('online', retry)
  }, [screen])

  const goal: Goal = useMemo(
    () => (neutral && prompt ? { gesture: prompt.gesture, neutral } : { gesture: null }),
    [neutral, prompt],
  )

  async function send(taken: Taken): Promise<void> {
    if (!opened) return
    const { key, session } = opened
    setSending(true)
    setScreen('live')
    try {
      const isSelfie = goal.gesture === null
      let view = session
      if (!isSelfie || !session.hasSelfie) {
        const sealed = await frames.seal(taken.photo, taken.frames)
        view = isSelfie
          ? await api.sendSelfie(key, sealed)
          : await api.sendPhoto(key, prompt?.challengeId ?? '', sealed)
        frames.taken(sealed)
        emit('photo', stepOf(session, isSelfie ? null : prompt))
      }
      if (view.attempt > session.attempt) return failAttempt({ key, session: view })
      await advance({ key, session: view }, isSelfie ? taken.neutral : neutral)
    } catch (error) {
      const code = error instanceof CaptureApiError ? error.code : null
      if (code !== null && goneOn.includes(code)) begin()
      else fail(error, code === 'upload_refused' ? restart : () => void send(taken))
    } finally {
      setSending(false)
    }
  }

  function restart(): void {
    if (stream) stopCamera(stream)
    begin()
  }

  const leave = useWayBack(api, screen, opened, setOpened)

  return {
    ...{
      screen,
      welcome,
      opened,
      stream,
      guide,
      frames,
      chime,
      goal,
      sending,
      help,
      secondsLeft,
      begin,
      send,
      leave,
    },
    step: opened ? stepOf(opened.session, goal.gesture === null ? null : prompt) : null,
    retry: () => again.current(),
    /** Goes on with another camera, of which the server is told as of the first. */
    chooseCamera(id: string) {
      chosen.current = id
      restart()
    },
    lose() {
      setHelp(true)
      setScreen('lost')
    },
    comeBack: () => setScreen('live'),
  }
}

/** @param prompt null: the person looks ahead, which is the first step */
function stepOf({ challenges }: SessionView, prompt: Prompt | null): CaptureStep {
  const place = prompt ? challenges.findIndex(({ id }) => id === prompt.challengeId) : -1
  return { gesture: prompt?.gesture ?? null, step: place + 2, steps: challenges.length + 1 }
}
