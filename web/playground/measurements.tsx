import type { Estimate, Report, Subject } from './api.ts'
import { faultWords, percent } from './words.ts'

/** What was measured, and what each look at the face saw. */
export function Measurements({ report }: { report: Report }) {
  const { subject } = report
  if (!subject) return null
  return (
    <div class="measurements">
      <Cues subject={subject} />
      <table>
        <caption class="hidden">Measurements of the most prominent face</caption>
        <tbody>{rowsOf(report, subject).map(([name, value]) => row(name, value))}</tbody>
      </table>
    </div>
  )
}

/** Closed at first: single looks disagree, and only their sum is the verdict. */
function Cues({ subject: { liveness } }: { subject: Subject }) {
  if (!liveness || liveness.cues.length === 0) return null
  return (
    <details class="cues">
      <summary>What each look saw</summary>
      <p>
        Several nets look, each at something else. Single ones err and disagree; together they make the score.
      </p>
      <ul>
        {liveness.cues.map(({ name, score, note }) => (
          <li key={name}>
            <strong>{name.replaceAll('_', ' ')}</strong>
            {score !== null && <span class="number"> {percent(score)}</span>}
            <br />
            {note}
          </li>
        ))}
      </ul>
    </details>
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
    ['Turned to its own left', `${pose.yaw.toFixed(1)}°`],
    ['Raised', `${pose.pitch.toFixed(1)}°`],
    ['Leaning to its own left', `${pose.roll.toFixed(1)}°`],
    ['Quality', `${quality.score.toFixed(0)} of 100`],
    ['Faults', quality.faults.map((fault) => faultWords[fault] ?? fault).join(', ') || 'none'],
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
