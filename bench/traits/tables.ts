/** The tables of `npm run eval:traits`. */
import type { GestureScore, GestureScores } from './gestures.ts'
import type { Score, scorePeople } from './scores.ts'

export interface Results {
  traits: Score[]
  adults: ReturnType<typeof scorePeople>
  everyone: ReturnType<typeof scorePeople>
  /** Each photo judged by itself, and against a neutral photo of the same person. */
  gestures: GestureScores
  againstNeutral: GestureScores
  faces: number
}

export function tables({ traits, adults, everyone, gestures, againstNeutral, faces }: Results): string {
  const { age } = adults
  return `
Measured by \`npm run eval:traits\` on ${faces} faces of people the nets of this project have not seen.

| trait | right | mean of classes | stated about 90 %: right | calibration error | pictures | aim |
|---|---|---|---|---|---|---|
${[...traits, adults.gender].map(row).join('\n')}

"Stated about 90 %" are the judgements given with a confidence of 0.85 to 0.95 and how often they were right. There
and in the calibration error each class weighs the same, for confidences are meant at equal priors; only eyewear is
taken as it comes.
Gender is over adults of 18 to 70, as is age:

| age | value | aim |
|---|---|---|
| mean absolute error, 18 to 70 | ${age.error.toFixed(2)} years (bias ${age.bias.toFixed(1)}, ${age.count} faces) | <= 6.2 |
| true age inside the stated range | ${percent(age.inRange)} (stated ${percent(age.stated)}) | as stated |
| all ages: mean absolute error | ${everyone.age.error.toFixed(2)} years, ${percent(everyone.age.inRange)} in range | |
| all ages: gender | ${percent(everyone.gender.right)} (${everyone.age.count} faces) | |

${gestureTables(gestures, againstNeutral)}
`
}

function gestureTables(alone: GestureScores, against: GestureScores): string {
  const cells = ({ accepted, shown, falsely, others }: GestureScore) =>
    `${percent(accepted)} of ${shown} | ${percent(falsely)} of ${others}`
  const rows = alone.each.map(
    (score, index) => `| ${score.gesture} | ${cells(score)} | ${cells(against.each[index]!)} |`,
  )
  const none = ({ none, count }: { none: number; count: number }) => `${percent(none)} of ${count}`
  return `| gesture | alone: true photos accepted (aim 92 %) | others accepted | against a neutral photo: true photos accepted | others accepted |
|---|---|---|---|---|
${rows.join('\n')}
| **none of the six** (aim 98 %) | | ${none(alone.neutral)} | | ${none(against.neutral)} |
| none, mouth closed but perhaps a faint smile | | ${none(alone.faint)} | | ${none(against.faint)} |

Turns are true from 20 degrees and looking up from 18 by FSA-Net, which misjudges masked faces and never sees them
here; expressions are true by label. Neutral photos face the camera within 10 degrees of yaw and 12 of pitch by FSA-Net
and have, by label, open eyes, a closed mouth and no smile; they are the others, except that for the head all who face
the camera are. Against a neutral photo: other pictures of the same person that the rule itself takes for neutral stand
in turn for the reference selfie. Gestures of the head are also measured on LFW people whose faces taught our net their
expressions, but nothing their pose. Pictures that a session refuses to judge (too small, blurred) take no part.
The side of a head turned more than 20 degrees is right in ${percent(alone.side.right)} of ${alone.side.count} (aim 99 %).`
}

function row({ name, right, balanced, counts, stated, calibrationError, target }: Score): string {
  const nine = stated.count === 0 ? '-' : `${percent(stated.right)} of ${stated.count}`
  const pictures = Object.entries(counts)
    .map(([label, count]) => `${count} ${{ true: 'yes', false: 'no' }[label] ?? label}`)
    .join(', ')
  const aim = target === null ? '' : `>= ${percent(target)}`
  return `| ${name} | ${percent(right)} | ${percent(balanced)} | ${nine} | ${percent(calibrationError)} | ${pictures} | ${aim} |`
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`
}
