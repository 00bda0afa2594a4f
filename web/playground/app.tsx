import { useEffect, useRef, useState } from 'preact/hooks'
import { Answers } from './answers.tsx'
import { type Analysis, analyse, beginCapture, type Report, type Rule } from './api.ts'
import { CameraDialog } from './camera-dialog.tsx'
import { Drawing } from './drawing.tsx'
import { HandOff } from './hand-off.tsx'
import { Measurements } from './measurements.tsx'
import { PictureInput } from './picture-input.tsx'
import { Samples } from './samples.tsx'
import { LivenessVerdict, MatchVerdict } from './verdict.tsx'

type Pictures = [Blob | null, Blob | null]

type State =
  | { name: 'idle' | 'working' }
  | { name: 'failed'; message: string }
  | { name: 'done'; analysis: Analysis; pictures: [Blob, Blob | null] }

export function App() {
  const [pictures, setPictures] = useState<Pictures>([null, null])
  const [comparing, setComparing] = useState(false)
  const [camera, setCamera] = useState<0 | 1 | null>(null)
  const [link, setLink] = useState<string | null>(null)
  const [state, setState] = useState<State>({ name: 'idle' })
  const latest = useRef(0)
  const [first, second] = pictures
  const both = comparing ? second : null

  useEffect(() => {
    const turn = ++latest.current
    if (!first || (comparing && !second)) return setState({ name: 'idle' })
    setState({ name: 'working' })
    // An answer that was overtaken by another picture is not shown.
    const show = (next: State) => turn === latest.current && setState(next)
    analyse(first, both)
      .then((analysis) => show({ name: 'done', analysis, pictures: [first, both] }))
      .catch((error: Error) => show({ name: 'failed', message: error.message }))
  }, [first, both, comparing])

  const fail = (message: string) => setState({ name: 'failed', message })

  function tryCapture(): void {
    beginCapture()
      .then(setLink)
      .catch((error: Error) => fail(error.message))
  }

  const put = (place: 0 | 1) => (picture: Blob | null) =>
    setPictures((before) => (place === 0 ? [picture, before[1]] : [before[0], picture]))

  return (
    <main>
      <header>
        <h1>Liveface playground</h1>
        <p>
          See what this server measures in a picture, what it takes it for, and what each API would answer.
          Pictures go to this server alone and are not kept. <a href="/docs">API reference</a>
        </p>
      </header>
      <fieldset class="row">
        <legend class="hidden">What to do</legend>
        <button type="button" aria-pressed={!comparing} onClick={() => setComparing(false)}>
          One picture: liveness
        </button>
        <button type="button" aria-pressed={comparing} onClick={() => setComparing(true)}>
          Two pictures: match
        </button>
        <button type="button" onClick={tryCapture}>
          Gestures: capture page
        </button>
      </fieldset>
      <div class="inputs">
        <PictureInput
          label={comparing ? 'First picture' : 'Picture'}
          picture={first}
          takesPaste={!comparing || !first}
          onPicture={put(0)}
          onCamera={() => setCamera(0)}
        />
        {comparing && (
          <PictureInput
            label="Second picture"
            picture={second}
            takesPaste={first !== null}
            onPicture={put(1)}
            onCamera={() => setCamera(1)}
          />
        )}
      </div>
      {(!first || (comparing && !second)) && <Samples onPicture={put(first ? 1 : 0)} onProblem={fail} />}
      <p role="status" class="state">
        {state.name === 'working' && 'Analysing…'}
        {state.name === 'done' && 'Analysed.'}
      </p>
      {state.name === 'failed' && (
        <p role="alert" class="notice">
          {state.message}
        </p>
      )}
      {state.name === 'done' && <Findings analysis={state.analysis} pictures={state.pictures} />}
      {link && <HandOff address={link} onClose={() => setLink(null)} />}
      {camera !== null && (
        <CameraDialog
          onClose={() => setCamera(null)}
          onPicture={(picture) => {
            put(camera)(picture)
            setCamera(null)
          }}
        />
      )}
    </main>
  )
}

function Findings({ analysis, pictures }: { analysis: Analysis; pictures: [Blob, Blob | null] }) {
  const { first, second, similarity, rules, answers } = analysis
  const top = useRef<HTMLDivElement>(null)
  // On a phone the inputs fill the screen: what was asked for comes into view.
  useEffect(() => {
    if (matchMedia('(max-width: 40rem)').matches) top.current?.scrollIntoView()
  }, [analysis])
  return (
    <div ref={top}>
      {second && <MatchVerdict similarity={similarity} rule={rules.match} />}
      <div class="findings">
        <Finding picture={pictures[0]} report={first} name="First picture" rule={rules.liveness} />
        {second && pictures[1] && (
          <Finding picture={pictures[1]} report={second} name="Second picture" rule={rules.liveness} />
        )}
      </div>
      <Answers answers={answers} />
    </div>
  )
}

function Finding(props: { picture: Blob; report: Report; name: string; rule: Rule }) {
  const { picture, report, name, rule } = props
  return (
    <section>
      <LivenessVerdict report={report} rule={rule} />
      <Drawing picture={picture} report={report} name={name} threshold={rule.threshold} />
      <Measurements report={report} />
    </section>
  )
}
