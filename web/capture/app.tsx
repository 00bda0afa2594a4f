import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { LanguageChoice } from '../shared/language-choice.tsx'
import { type Language, preferredLanguage } from '../shared/languages.ts'
import { loadVision, type Vision } from '../shared/vision.ts'
import { awaitPrompt, beginStream, CaptureApiError, type SessionView, sendPhoto, sendSelfie } from './api.ts'
import { CameraError, type CameraFault, describeCamera, startCamera, stopCamera } from './camera.ts'
import type { Goal } from './guide.ts'
import { Live, type Taken } from './live.tsx'
import type { Measured } from './measure.ts'
import { Loading, Message, Result, Welcome } from './screens.tsx'
import { type OpenSession, open, resume } from './session.ts'
import { CaptureStream } from './stream.ts'
import { textsOf } from './texts/index.ts'

type Screen =
  | 'welcome'
  | 'loading'
  | 'live'
  | 'lost'
  | 'network'
  | 'expired'
  | 'used'
  | 'result'
  | 'broken'
  | 'cameraDoubted'
  | CameraFault

export function App({ link }: { link: string }) {
  const [language, setLanguage] = useState<Language>(preferredLanguage)
  const [screen, setScreen] = useState<Screen>('loading')
  const [opened, setOpened] = useState<OpenSession | null>(null)
  const [devices, setDevices] = useState<{ stream: MediaStream; vision: Vision | null } | null>(null)
  const [neutral, setNeutral] = useState<Measured | null>(null)
  const [sending, setSending] = useState(false)
  const [help, setHelp] = useState(false)
  const [frames] = useState(() => new CaptureStream())
  const [deadline, setDeadline] = useState(0)
  const secondsLeft = useSecondsUntil(deadline)
  /** What to do again once the connection is back, or after something went wrong. */
  const again = useRef<() => void>(() => undefined)
  const texts = textsOf(language)

  useEffect(() => {
    document.documentElement.lang = language
    document.title = texts.title
  }, [language, texts])

  const goTo = useCallback((view: SessionView) => {
    setDeadline(Date.now() + view.expiresInMs)
    if (view.result) setScreen('result')
    else setScreen(view.state === 'expired' ? 'expired' : 'live')
  }, [])

  /** Shows what stands in the way, with `retry` as the way on. */
  const fail = useCallback((error: unknown, retry: () => void) => {
    again.current = retry
    if (error instanceof CameraError) return setScreen(error.fault)
    const code = error instanceof CaptureApiError ? error.code : 'internal'
    const screens: Record<string, Screen> = {
      network: 'network',
      expired: 'expired',
      link_unknown: 'used',
      completed: 'used',
      key_unknown: 'used',
      upload_refused: 'cameraDoubted',
    }
    setScreen(screens[code] ?? 'broken')
  }, [])

  /** Waits until the next gesture is asked for, if there is one, and shows it. @param ahead how the person looks ahead */
  const advance = useCallback(
    async (now: OpenSession, ahead: Measured | null) => {
      setSending(true)
      try {
        const { result, state } = now.session
        if (!result && state !== 'expired') frames.goOn((await awaitPrompt(now.key)).mark, false)
        setNeutral(ahead)
        setOpened(now)
        setHelp(false)
        goTo(now.session)
      } catch (error) {
        fail(error, () => void advance(now, ahead))
      } finally {
        setSending(false)
      }
    },
    [frames, goTo, fail],
  )

  const begin = useCallback(async () => {
    setScreen('loading')
    try {
      // The camera first: who refuses it has not used the link up.
      const stream = devices?.stream.active ? devices.stream : await startCamera()
      const vision = devices?.vision ?? (await loadVision().catch(() => null))
      setDevices({ stream, vision })
      const now = await open(link)
      if (!now.session.result) frames.goOn(await beginStream(now.key, describeCamera(stream)), true)
      // Whoever was seen looking ahead goes on with the gestures.
      if (neutral) return advance(now, neutral)
      setOpened(now)
      goTo(now.session)
    } catch (error) {
      fail(error, begin)
    }
  }, [devices, link, frames, neutral, advance, goTo, fail])

  useEffect(() => {
    resume(link)
      .then((known) => {
        if (known?.session.result) {
          setOpened(known)
          goTo(known.session)
        } else setScreen('welcome')
      })
      .catch(() => setScreen('welcome'))
  }, [link, goTo])

  const isOver = screen === 'result' || screen === 'expired' || screen === 'used'
  useEffect(() => {
    if (isOver && devices) stopCamera(devices.stream)
  }, [isOver, devices])

  useEffect(() => {
    if (screen === 'live' && deadline > 0 && secondsLeft <= 0) setScreen('expired')
  }, [screen, deadline, secondsLeft])

  useEffect(() => {
    if (screen !== 'network') return
    const retry = () => again.current()
    addEventListener('online', retry)
    return () => removeEventListener('online', retry)
  }, [screen])

  const next = opened?.session.challenges.find(({ submitted }) => !submitted)
  const goal: Goal = useMemo(
    () => (neutral && next ? { gesture: next.gesture, neutral } : { gesture: null }),
    [neutral, next?.id],
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
        view = isSelfie ? await sendSelfie(key, sealed) : await sendPhoto(key, next?.id ?? '', sealed)
        frames.taken(sealed)
      }
      await advance({ key, session: view }, isSelfie ? taken.neutral : neutral)
    } catch (error) {
      const code = error instanceof CaptureApiError ? error.code : null
      if (code === 'challenge_taken' || code === 'stream_unknown') begin()
      else fail(error, code === 'upload_refused' ? restart : () => void send(taken))
    } finally {
      setSending(false)
    }
  }

  function restart(): void {
    if (devices) stopCamera(devices.stream)
    begin()
  }

  const done = opened?.session.challenges.filter(({ submitted }) => submitted).length ?? 0
  return (
    <main>
      <header>
        <LanguageChoice label={texts.language} language={language} onChange={setLanguage} />
      </header>
      {screen === 'welcome' && <Welcome texts={texts} onStart={begin} />}
      {screen === 'loading' && <Loading texts={texts} />}
      {screen === 'live' && devices && opened && (
        <Live
          key={goal.gesture ?? 'ahead'}
          texts={texts}
          stream={devices.stream}
          vision={devices.vision}
          goal={goal}
          frames={frames}
          step={goal.gesture ? done + 2 : 1}
          steps={opened.session.challenges.length + 1}
          secondsLeft={secondsLeft}
          sending={sending}
          help={help}
          onTaken={send}
          onLost={() => {
            setHelp(true)
            setScreen('lost')
          }}
        />
      )}
      {screen === 'lost' && (
        <Message
          name="lost"
          heading={texts.lost.heading}
          body={texts.lost.body}
          action={texts.lost.action}
          onAction={() => setScreen('live')}
        />
      )}
      {screen === 'result' && opened?.session.result && (
        <Result texts={texts} result={opened.session.result} />
      )}
      {(screen === 'expired' || screen === 'used') && <Message name={screen} sign="bad" {...texts[screen]} />}
      {isStop(screen) && (
        <Message name={screen} action={texts.tryAgain} onAction={() => again.current()} {...texts[screen]} />
      )}
    </main>
  )
}

type Stop = CameraFault | 'cameraDoubted' | 'network' | 'broken'

function isStop(screen: Screen): screen is Stop {
  return screen.startsWith('camera') || screen === 'network' || screen === 'broken'
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
