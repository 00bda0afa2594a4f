/** The way of a session: camera, link, photos, verdict, and what stands in between. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { loadVision, type Vision } from '../shared/vision.ts'
import {
  type AttemptResult,
  CaptureApiError,
  createCaptureApi,
  type Prompt,
  type SessionView,
} from './api.ts'
import { CameraError, type CameraFault, describeCamera, startCamera, stopCamera } from './camera.ts'
import type { Goal } from './guide.ts'
import type { Taken } from './live.tsx'
import type { CaptureEvents, CaptureProblem, CaptureStep } from './liveface-capture.d.ts'
import type { Measured } from './measure.ts'
import { type OpenSession, open, resume } from './session.ts'
import { CaptureStream } from './stream.ts'

export type Stop = CameraFault | 'cameraDoubted' | 'network' | 'broken'

export type Screen =
  | 'first'
  | 'welcome'
  | 'loading'
  | 'live'
  | 'lost'
  | 'again'
  | 'expired'
  | 'used'
  | 'result'
  | Stop

/** Screens that tell of a problem, by its name in events. */
const problems: Partial<Record<Screen, CaptureProblem>> = {
  cameraRefused: 'camera_refused',
  cameraNone: 'camera_none',
  cameraBusy: 'camera_busy',
  cameraInsecure: 'camera_insecure',
  cameraDoubted: 'camera_doubted',
  lost: 'face_lost',
  network: 'network',
  expired: 'expired',
  used: 'link_used',
  broken: 'internal',
}

/** Screens of what the server answered. */
const refusals: Record<string, Screen> = {
  network: 'network',
  expired: 'expired',
  link_unknown: 'used',
  completed: 'used',
  key_unknown: 'used',
  upload_refused: 'cameraDoubted',
}

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
  const [screen, setScreen] = useState<Screen>('first')
  const [opened, setOpened] = useState<OpenSession | null>(null)
  const [stream, setStream] = useState<MediaStream | null>(null)
  const [guide, setGuide] = useState<Guide>({ vision: undefined, loaded: 0 })
  const [neutral, setNeutral] = useState<Measured | null>(null)
  /** What was asked for last; null while the person looks ahead. */
  const [prompt, setPrompt] = useState<Prompt | null>(null)
  const [sending, setSending] = useState(false)
  const [help, setHelp] = useState(false)
  const [frames] = useState(() => new CaptureStream())
  const [deadline, setDeadline] = useState(0)
  const secondsLeft = useSecondsUntil(deadline)
  /** What to do again once the connection is back, or after something went wrong. */
  const again = useRef<() => void>(() => undefined)
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
    if (error instanceof CameraError) return setScreen(error.fault)
    const code = error instanceof CaptureApiError ? error.code : 'internal'
    setScreen(refusals[code] ?? 'broken')
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

  const begin = useCallback(async () => {
    setScreen('loading')
    try {
      // The camera first: who refuses it has not used the link up.
      const camera = stream?.active ? stream : await startCamera()
      if (isGone.current) return stopCamera(camera)
      setStream(camera)
      const now = await open(api, link)
      if (!now.session.result) frames.goOn(await api.beginStream(now.key, await describeCamera(camera)), true)
      void summonGuide()
      emit('ready', null)
      // Whoever was seen looking ahead goes on with the gestures.
      if (neutral) return advance(now, neutral)
      setOpened(now)
      goTo(now.session)
      if (!now.session.result) emit('prompt', stepOf(now.session, null))
    } catch (error) {
      fail(error, begin)
    }
  }, [stream, api, link, frames, neutral, summonGuide, advance, goTo, fail, emit])

  useEffect(() => {
    again.current = begin
    // Reported before the person presses anything, as they can do nothing about it.
    const first = navigator.mediaDevices ? 'welcome' : 'cameraInsecure'
    resume(api, link)
      .then((known) => {
        if (known?.session.result) {
          setOpened(known)
          goTo(known.session)
        } else setScreen(first)
      })
      .catch(() => setScreen(first))
  }, [])

  const isOver = screen === 'result' || screen === 'expired' || screen === 'used'
  useEffect(() => {
    if (isOver && stream) stopCamera(stream)
  }, [isOver, stream])
  useEffect(() => () => void (stream && stopCamera(stream)), [stream])
  useEffect(
    () => () => {
      isGone.current = true
    },
    [],
  )

  useEffect(() => {
    const code = problems[screen]
    if (code) emit('error', { code, final: screen === 'expired' || screen === 'used' })
  }, [screen, emit])

  useEffect(() => {
    if (screen !== 'expired' || !opened || opened.session.returnUrl !== null) return
    // The way back is signed only once the time is over.
    api
      .readSession(opened.key)
      .then((session) => setOpened({ key: opened.key, session }))
      .catch(() => undefined)
  }, [screen])

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
      if (view.failed && view.attempt > session.attempt)
        return failAttempt({ key, session: view }, view.failed)
      await advance({ key, session: view }, isSelfie ? taken.neutral : neutral)
    } catch (error) {
      const code = error instanceof CaptureApiError ? error.code : null
      if (code === 'challenge_taken' || code === 'stream_unknown') begin()
      else fail(error, code === 'upload_refused' ? restart : () => void send(taken))
    } finally {
      setSending(false)
    }
  }

  /** The person is seen looking ahead again before the next attempt. */
  function failAttempt(now: OpenSession, { failure }: AttemptResult): void {
    emit('attempt', { failure })
    setNeutral(null)
    setPrompt(null)
    setOpened(now)
    setScreen('again')
  }

  function restart(): void {
    if (stream) stopCamera(stream)
    begin()
  }

  return {
    ...{ screen, opened, stream, guide, frames, goal, sending, help, secondsLeft, begin, send },
    step: opened ? stepOf(opened.session, goal.gesture === null ? null : prompt) : null,
    retry: () => again.current(),
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

/** Counts down once a second. */
function useSecondsUntil(deadline: number): number {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return (deadline - Date.now()) / 1000
}
