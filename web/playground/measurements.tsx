import type { Estimate, Report, Subject } from './api.ts'

const words: Record<string, string> = {
  face_unclear: 'no clear, uncovered human face',
  face_too_small: 'the face is too small',
  face_too_large: 'the face is too large',
  face_cut_off: 'the face is cut off',
  too_dark: 'too dark',
  too_bright: 'too bright',
  blurred: 'blurred',
  extreme_pose: 'the head is turned too far',
  occluded: 'something covers the face',
}

const percent = (share: number) => `${Math.round(share * 100)} %`

/** Liveness with its reasons, then everything else that was measured. */
export function Measurements({ report, threshold }: { report: Report; threshold: number }) {
  const { subject } = report
  if (!subject) return <p class="notice">No face was found in this picture.</p>
  return (
    <div class="measurements">
      <LivenessGauge subject={subject} threshold={threshold} />
      <table>
        <caption class="hidden">Measurements of the largest face</caption>
        <tbody>{rowsOf(report, subject).map(([name, value]) => row(name, value))}</tbody>
      </table>
    </div>
  )
}

function LivenessGauge({ subject: { liveness }, threshold }: { subject: Subject; threshold: number }) {
  if (!liveness) return <p class="notice">Liveness was not measured.</p>
  const cues = liveness.cues.map(({ name, score, note }) => (
    <li key={name}>
      <strong>{name.replaceAll('_', ' ')}</strong>
      {score !== null && <span class="number"> {percent(score)}</span>}
      <br />
      {note}
    </li>
  ))
  return (
    <section class="liveness">
      <h3>Liveness</h3>
      {liveness.judged ? (
        <>
          <p class="score">
            {percent(liveness.score)}{' '}
            <span>{liveness.score >= threshold ? 'bona fide' : 'presentation attack'}</span>
          </p>
          <meter
            min={0}
            max={1}
            low={threshold}
            high={threshold}
            optimum={1}
            value={liveness.score}
            aria-label="Liveness"
          />
        </>
      ) : (
        <p class="notice">Not judged: {words[liveness.reason] ?? liveness.reason}.</p>
      )}
      {cues.length > 0 && <ul>{cues}</ul>}
    </section>
  )
}

function rowsOf({ picture, timings }: Report, { pose, quality, allTraits }: Subject): [string, string][] {
  const sure = <T,>({ value, confidence }: Estimate<T>, say: (value: T) => string = String) =>
    `${say(value)} (${percent(confidence)})`
  const yesNo = (value: boolean) => (value ? 'yes' : 'no')
  const traits: [string, string][] = allTraits
    ? [
        ['Gender', sure(allTraits.gender)],
        [
          'Age',
          `${Math.round(allTraits.age.years)} (${Math.round(allTraits.age.min)} to ${Math.round(allTraits.age.max)})`,
        ],
        ['Eyewear', sure(allTraits.eyewear)],
        ['Right eye open', sure(allTraits.rightEyeOpen, yesNo)],
        ['Left eye open', sure(allTraits.leftEyeOpen, yesNo)],
        ['Mouth open', sure(allTraits.mouthOpen, yesNo)],
        ['Smile', sure(allTraits.smile, yesNo)],
        ['Face covered', sure(allTraits.occluded, yesNo)],
      ]
    : []
  const total = Object.values(timings).reduce((sum, milliseconds) => sum + milliseconds, 0)
  return [
    ['Yaw, to own left', `${pose.yaw.toFixed(1)}°`],
    ['Pitch, up', `${pose.pitch.toFixed(1)}°`],
    ['Roll, to own left', `${pose.roll.toFixed(1)}°`],
    ['Quality', `${quality.score.toFixed(0)} of 100`],
    ['Faults', quality.faults.map((fault) => words[fault] ?? fault).join(', ') || 'none'],
    ['Luminance', `${quality.luminance.toFixed(0)} of 100`],
    ['Blurred', sure(quality.blur, yesNo)],
    ['Exposure', sure(quality.exposure, (value) => value.toLowerCase().replace('_', '-'))],
    ['Between the pupils', `${quality.interocular.toFixed(0)} px`],
    ...traits,
    [
      'Picture',
      `${picture.format}, ${picture.width} × ${picture.height}, ${Math.ceil(picture.bytes / 1024)} kB`,
    ],
    ['Time', `${total.toFixed(0)} ms`],
  ]
}

function row(name: string, value: string) {
  return (
    <tr key={name}>
      <th scope="row">{name}</th>
      <td>{value}</td>
    </tr>
  )
}
