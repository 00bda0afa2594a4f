import { fill } from '../../shared/languages.ts'
import { ScoreLine } from '../../shared/score-line.tsx'
import { placeOf } from '../../shared/score-place.ts'
import { useConsole } from '../shell/context.ts'

/** A score on a line of 0 to 1, with the threshold and the band between yes and no. */
export function ScoreScale(props: {
  name: string
  value: number | null
  threshold: number
  band: [number, number] | null
}) {
  const { name, value, threshold, band } = props
  const { texts, formats } = useConsole()
  if (value === null) {
    return (
      <p>
        {name}: {texts.case.notMeasured}
      </p>
    )
  }
  const shown = { name, value: formats.score(value), threshold: formats.score(threshold) }
  const place = placeOf(value, threshold, band)
  return (
    <figure class={`scale ${place}`}>
      <figcaption>
        {name} <strong>{shown.value}</strong> <span>{texts.case[place]}</span>
      </figcaption>
      <ScoreLine label={fill(texts.case.scale, shown)} value={value} threshold={threshold} band={band} />
      <p class="quiet">
        {fill(texts.case.threshold, { value: shown.threshold })}
        {band && ` · ${fill(texts.case.band, { from: formats.score(band[0]), to: formats.score(band[1]) })}`}
      </p>
    </figure>
  )
}
