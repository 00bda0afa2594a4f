import { ScoreLine } from '../shared/score-line.tsx'
import { placeOf } from '../shared/score-place.ts'
import type { Report, Rule } from './api.ts'
import { faultWords, percent } from './words.ts'

/** A rate with as many digits as it needs to be more than nothing. */
const rate = (share: number) =>
  share === 0 ? 'none' : `${Number((share * 100).toPrecision(2)).toString()} %`

const tones = { above: 'good', below: 'bad', within: 'unsure' } as const

/** What the picture is taken for, in a sentence, and how far that can be relied on. */
export function LivenessVerdict({ report, rule }: { report: Report; rule: Rule }) {
  const { subject, faces } = report
  const liveness = subject?.liveness
  const several =
    faces.length > 1
      ? `There are ${faces.length} faces in the picture; the most prominent one is judged.`
      : null
  if (!liveness) return <Card tone="unsure" headline="No face was found" sentences={[]} />
  if (!liveness.judged) {
    const reason = faultWords[liveness.reason] ?? liveness.reason
    return (
      <Card
        tone="unsure"
        headline="This cannot be judged"
        sentences={[`Reason: ${reason}. The picture is called neither live nor an attack.`, several]}
      />
    )
  }
  const { score } = liveness
  const place = placeOf(score, rule.threshold, rule.band)
  const headlines = {
    above: 'A person in front of a camera',
    below: 'A print, a screen, a mask or a drawing',
    within: `Unsure: more likely ${score >= rule.threshold ? 'a person' : 'an attack'}`,
  }
  const { errors } = rule
  return (
    <Card
      tone={tones[place]}
      headline={headlines[place]}
      sentences={[
        place === 'within' ? 'The score lies in the band in which a person should look.' : null,
        several,
        errors &&
          `At this threshold ${rate(errors.falseAccept)} of the attacks in our tests pass, and ${rate(errors.falseReject)} of living people are refused.`,
      ]}
    >
      <Scale name="Liveness" value={score} rule={rule} shown={percent} />
    </Card>
  )
}

/** Whether two pictures show one person. @param similarity null where there are not two faces */
export function MatchVerdict({ similarity, rule }: { similarity: number | null; rule: Rule }) {
  if (similarity === null) {
    return <Card tone="unsure" headline="There are not two faces to compare" sentences={[]} />
  }
  const place = placeOf(similarity, rule.threshold, rule.band)
  const headlines = {
    above: 'One person',
    below: 'Two people',
    within: `Unsure: more likely ${similarity >= rule.threshold ? 'one person' : 'two people'}`,
  }
  const { errors } = rule
  return (
    <Card
      tone={tones[place]}
      headline={headlines[place]}
      sentences={[
        place === 'within' ? 'The similarity lies in the band in which a person should look.' : null,
        errors &&
          `At this threshold ${rate(errors.falseAccept)} of strangers in our tests match, and ${rate(errors.falseReject)} of pictures of one person do not.`,
      ]}
    >
      <Scale name="Similarity" value={similarity} rule={rule} shown={(value) => value.toFixed(2)} />
    </Card>
  )
}

function Card(props: {
  tone: 'good' | 'bad' | 'unsure'
  headline: string
  sentences: (string | null)[]
  children?: preact.ComponentChildren
}) {
  const { tone, headline, sentences, children } = props
  return (
    <section class={`verdict ${tone}`}>
      <h2>{headline}</h2>
      {children}
      {sentences.map((sentence) => sentence && <p key={sentence}>{sentence}</p>)}
    </section>
  )
}

/** A value on a line of 0 to 1, with the threshold and the band around it. */
function Scale(props: { name: string; value: number; rule: Rule; shown: (value: number) => string }) {
  const { name, value, rule, shown } = props
  const { threshold, band } = rule
  return (
    <figure class="scale">
      <ScoreLine
        label={`${name} ${shown(value)}, threshold ${shown(threshold)}`}
        value={value}
        threshold={threshold}
        band={band}
      />
      <figcaption>
        <span>
          {name} <strong>{shown(value)}</strong>
        </span>
        <span>
          threshold {shown(threshold)}, review from {shown(band[0])} to {shown(band[1])}
        </span>
      </figcaption>
    </figure>
  )
}
