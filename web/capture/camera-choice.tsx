import { fill } from '../shared/languages.ts'
import type { CameraChoice as Choice } from './cameras.ts'
import type { Texts } from './texts/index.ts'

/** A list of the cameras, where there are several. */
export function CameraChoice(props: {
  texts: Texts
  cameras: readonly Choice[]
  /** Id of the one that is shown. */
  chosen: string
  onChoose: (id: string) => void
}) {
  const { texts, cameras, chosen, onChoose } = props
  if (cameras.length < 2) return null
  return (
    <select
      class="foot"
      part="camera"
      aria-label={texts.chooseCamera}
      value={chosen}
      onChange={({ currentTarget: { value } }) => onChoose(value)}
    >
      {cameras.map(({ id, label }, index) => (
        <option key={id} value={id}>
          {label || fill(texts.camera, { number: index + 1 })}
        </option>
      ))}
    </select>
  )
}
