import { useEffect, useRef, useState } from 'preact/hooks'
import { Answers } from './answers.tsx'
import { type Analysis, analyse, beginCapture } from './api.ts'
import { CameraDialog } from './camera-dialog.tsx'
import { Drawing } from './drawing.tsx'
import { Measurements } from './measurements.tsx'
import { PictureInput } from './picture-input.tsx'

type Pictures = [Blob | null, Blob | null]

type State =
  | { name: 'idle' | 'working' }
  | { name: 'failed'; message: string }
  | { name: 'done'; analysis: Analysis; pictures: [Blob, Blob | null] }

export function App() {
  const [pictures, setPictures] = useState<Pictures>([null, null])
  const [comparing, setComparing] = useState(false)
  const [camera, setCamera] = useState<0 | 1 | null>(null)
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

  function tryCapture(): void {
    beginCapture()
      .then((address) => location.assign(address))
      .catch((error: Error) => setState({ name: 'failed', message: error.message }))
  }

  const put = (place: 0 | 1) => (picture: Blob | null) =>
    setPictures((before) => (place === 0 ? [picture, before[1]] : [before[0], picture]))

  return (
    <main>
      <header>
        <h1>Liveface playground</h1>
        <p>
          Pictures go to this server alone and are not kept. <a href="/docs">API documents</a>
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
  const { first, second, similarity, thresholds, answers } = analysis
  return (
    <>
      {second && (
        <section class="similarity">
          <h2>Similarity</h2>
          {similarity === null ? (
            <p class="notice">There are not two faces to compare.</p>
          ) : (
            <>
              <p class="score">
                {similarity.toFixed(4)}{' '}
                <span>{similarity >= thresholds.match ? 'one person' : 'two people'}</span>
              </p>
              <meter
                min={0}
                max={1}
                low={thresholds.match}
                high={thresholds.match}
                optimum={1}
                value={similarity}
                aria-label="Similarity"
              />
            </>
          )}
        </section>
      )}
      <h2>What was measured</h2>
      <div class="findings">
        <section>
          <Drawing picture={pictures[0]} report={first} name="First picture" />
          <Measurements report={first} threshold={thresholds.liveness} />
        </section>
        {second && pictures[1] && (
          <section>
            <Drawing picture={pictures[1]} report={second} name="Second picture" />
            <Measurements report={second} threshold={thresholds.liveness} />
          </section>
        )}
      </div>
      <Answers answers={answers} />
    </>
  )
}
