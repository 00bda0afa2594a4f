import { useEffect, useRef, useState } from 'preact/hooks'
import { Heading } from '../shared/heading.tsx'
import { fill } from '../shared/languages.ts'
import type { Vision } from '../shared/vision.ts'
import { Shutter } from './camera.ts'
import { CameraChoice } from './camera-choice.tsx'
import { cameraOf, useCameras } from './cameras.ts'
import { type Chime, hidesScreen } from './chime.ts'
import type { Guide } from './flow.ts'
import { createGuide, type Goal, type Hint, type Moment } from './guide.ts'
import { type Measured, measureFace } from './measure.ts'
import type { CaptureStream } from './stream.ts'
import type { Texts } from './texts/index.ts'

/** Seconds after which a button helps. */
const helpAfter = 10

/** How a face looks ahead that was never seen to; used when the guide could not see it. */
const typicalFace: Measured = {
  yaw: 0,
  pitch: 0,
  eyes: 0.3,
  mouth: 0.01,
  smile: 0.55,
  size: 0.5,
  centre: { x: 0.5, y: 0.5 },
}

export interface Taken {
  photo: Blob
  /** As CaptureStream closed them. */
  frames: Uint8Array<ArrayBuffer>
  /** How the person looks ahead, when that was the goal and the guide saw it. */
  neutral: Measured | null
}

/** The camera in an oval, the present task and a live hint. Takes the picture by itself when the guide agrees. */
export function Live(props: {
  texts: Texts
  stream: MediaStream
  guide: Guide
  goal: Goal
  /** Takes the frames around the picture. */
  frames: CaptureStream
  /** Sounds when a picture is taken that the person cannot see being taken. */
  chime: Chime
  step: number
  steps: number
  secondsLeft: number
  /** A picture is on its way: nothing is taken meanwhile. */
  sending: boolean
  /** Offer the button from the start. */
  help: boolean
  onChooseCamera: (id: string) => void
  onTaken: (taken: Taken) => void
  onLost: () => void
}) {
  const { texts, stream, goal, sending } = props
  const { vision, loaded } = props.guide
  const video = useRef<HTMLVideoElement>(null)
  const shutter = useRef(new Shutter())
  const [hint, setHint] = useState<Hint>('face')
  const [helps, setHelps] = useState(props.help)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    if (!video.current) return
    video.current.srcObject = stream
    video.current.play().catch(() => undefined)
  }, [stream])

  useEffect(() => {
    if (!video.current || sending) return
    return props.frames.watch(video.current)
  }, [props.frames, sending])

  useEffect(() => {
    const timer = setTimeout(() => setHelps(true), helpAfter * 1000)
    return () => clearTimeout(timer)
  }, [])

  useEffect(() => {
    if (!vision || sending) return
    let goesOn = true
    const advise = createGuide(goal)

    async function look(see: Vision): Promise<void> {
      if (!video.current || !shutter.current.capture(video.current)) return
      const moment = await momentOf(shutter.current, see, performance.now())
      if (!goesOn) return
      const advice = advise(moment)
      setHint(advice.hint)
      if (advice.lost) {
        goesOn = false
        latest.current.onLost()
      } else if (advice.take && props.frames.isReady) {
        goesOn = false
        // The very picture that was looked at: by the next one an eye may be open again.
        const taken = await takePicture(shutter.current, latest.current.frames)
        if (hidesScreen(goal.gesture)) latest.current.chime.ring()
        latest.current.onTaken({ ...taken, neutral: advice.neutral ?? null })
      }
    }

    async function watch(see: Vision): Promise<void> {
      while (goesOn) {
        await look(see).catch(() => undefined)
        await nextFrame()
      }
    }
    watch(vision)
    return () => {
      goesOn = false
    }
  }, [vision, goal, sending])

  const pressed = useRef(false)
  async function takeNow(): Promise<void> {
    if (pressed.current) return
    pressed.current = true
    while (!props.frames.isReady) await nextFrame()
    pressed.current = false
    if (latest.current.sending || !video.current || !shutter.current.capture(video.current)) return
    const taken = await takePicture(shutter.current, props.frames)
    props.onTaken({ ...taken, neutral: goal.gesture ? null : typicalFace })
  }

  const cameras = useCameras(stream)
  const camera = cameraOf(stream)
  const task = goal.gesture ? texts.gestures[goal.gesture] : texts.look
  const loading = fill(texts.guideLoading, { percent: Math.floor(100 * loaded) })
  const line = sending ? texts.sending : vision === undefined ? loading : texts.hints[hint]
  return (
    <section class="live" data-screen="live" data-goal={goal.gesture ?? 'AHEAD'}>
      <p class="steps">{fill(texts.step, { step: props.step, count: props.steps })}</p>
      <Heading key={task}>{task}</Heading>
      <div
        part="stage"
        class={`stage ${hint === 'hold' || sending ? 'ready' : ''} ${camera.looksAway ? 'away' : ''}`}
      >
        <video ref={video} autoplay muted playsInline aria-label={task} />
        <Oval goal={goal} />
        {/* Gestures are measured against how the same camera saw the person look ahead. */}
        {goal.gesture === null && !sending && (
          <CameraChoice texts={texts} cameras={cameras} chosen={camera.id} onChoose={props.onChooseCamera} />
        )}
        {hidesScreen(goal.gesture) && props.chime.isOn && <p class="foot">{texts.toneTells}</p>}
      </div>
      <p class="hint" part="hint" role="status">
        {line}
      </p>
      {/* Where the browser cannot run the guide, the person takes the pictures. */}
      {(helps || vision === null) && !sending && (
        <div class="help">
          <button type="button" part="button" onClick={takeNow}>
            {texts.takeNow}
          </button>
          <p class="quiet">{texts.takeNowHelp}</p>
        </div>
      )}
      <p class="quiet">
        {texts.timeLeft} <TimeLeft seconds={props.secondsLeft} />
      </p>
    </section>
  )
}

async function takePicture(shutter: Shutter, stream: CaptureStream): Promise<Omit<Taken, 'neutral'>> {
  const { width, height } = shutter.picture
  const frames = stream.close({ image: shutter.picture, width, height })
  return { photo: await shutter.toBlob(), frames }
}

/** The preview is a mirror, so the person's left is on the left here. */
function Oval({ goal }: { goal: Goal }) {
  const arrows: Partial<Record<string, string>> = {
    TURN_LEFT: 'M26 100l-14 0m6-7l-7 7l7 7',
    TURN_RIGHT: 'M124 100l14 0m-6-7l7 7l-7 7',
    LOOK_UP: 'M75 24l0-14m-7 6l7-7l7 7',
  }
  const arrow = goal.gesture && arrows[goal.gesture]
  return (
    <svg class="oval" viewBox="0 0 150 200" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path
        class="shade"
        fill-rule="evenodd"
        d="M0 0H150V200H0ZM75 30C38 30 30 62 30 95C30 140 52 172 75 172C98 172 120 140 120 95C120 62 112 30 75 30Z"
      />
      <path
        class="rim"
        part="oval"
        d="M75 30C38 30 30 62 30 95C30 140 52 172 75 172C98 172 120 140 120 95C120 62 112 30 75 30Z"
      />
      {arrow && <path class="arrow" d={arrow} />}
    </svg>
  )
}

function TimeLeft({ seconds }: { seconds: number }) {
  const whole = Math.max(0, Math.ceil(seconds))
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
  return <span class="time">{text}</span>
}

/** @param at when the shutter took its picture */
async function momentOf(shutter: Shutter, see: Vision, at: number): Promise<Moment> {
  const faces = await see(shutter.look)
  const { width, height } = shutter.look
  const [first] = faces
  return {
    faces: faces.map((face) => measureFace(face, { width, height })),
    light: first ? shutter.light(first.box) : 128,
    at,
  }
}

function nextFrame(): Promise<void> {
  // A hidden page has no frames; it must not spin either.
  return new Promise((resolve) => setTimeout(resolve, 60))
}
