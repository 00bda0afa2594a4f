/** What was measured in a picture, drawn on it, and the same in words for who does not see it. */
import { fill } from '../../shared/languages.ts'
import type { CasePicture } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { wordsOf } from '../texts/index.ts'
import { meshPath } from './mesh-path.ts'

/** What can be drawn, each by itself. */
export const layers = ['boxes', 'mesh', 'cues'] as const
export type Layer = (typeof layers)[number]

/** Boxes of all faces and the mesh of the one that was judged, in the picture's own pixels. */
export function FaceDrawing(props: { picture: CasePicture; drawn: readonly Layer[] }) {
  const { picture, drawn } = props
  const { width, height, faces } = picture
  return (
    <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {faces.map(({ box, mesh }, index) => (
        <g key={index} class={index === 0 ? 'subject' : 'bystander'}>
          {drawn.includes('boxes') && <rect x={box.x} y={box.y} width={box.width} height={box.height} />}
          {drawn.includes('mesh') && mesh && (
            <path d={meshPath(mesh)} stroke-width={Math.max(1, box.width / 130)} />
          )}
        </g>
      ))}
    </svg>
  )
}

/** How much each look at the face spoke for a living person, as bars over the picture's lower edge. */
export function CueBars({ cues }: Pick<CasePicture, 'cues'>) {
  const { texts, formats } = useConsole()
  if (cues.length === 0) return null
  return (
    <ul class="cue-bars" aria-hidden="true">
      {cues.map(({ name, score }) => (
        <li key={name}>
          <span>{wordsOf(texts.case.cues, name)}</span>
          <span class="cue-bar">{score !== null && <i style={{ width: `${100 * score}%` }} />}</span>
          <span>{score === null ? '–' : formats.score(score)}</span>
        </li>
      ))}
    </ul>
  )
}

/** Faces and cues as sentences. */
export function PictureInWords({ picture: { faces, cues } }: { picture: CasePicture }) {
  const { texts, formats } = useConsole()
  const words = texts.case
  if (faces.length + cues.length === 0) return null
  return (
    <details>
      <summary>{words.inWords}</summary>
      <ul>
        {faces.map(({ box, mesh }, index) => {
          const { x, y, width, height } = box
          const place = {
            number: index + 1,
            ...{ x: formats.count(Math.round(x)), y: formats.count(Math.round(y)) },
            ...{ width: formats.count(Math.round(width)), height: formats.count(Math.round(height)) },
          }
          return (
            <li key={index}>
              {fill(words.faceAt, place)}
              {mesh && ` ${fill(words.meshOf, { count: formats.count(mesh.length) })}`}
            </li>
          )
        })}
        {cues.map(({ name, score }) => (
          <li key={name}>
            {wordsOf(words.cues, name)}:{' '}
            {score === null
              ? words.notMeasured
              : `${formats.score(score)}, ${words.speaks[meaningOf(score)]}`}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Between these a look alone says nothing either way. */
function meaningOf(score: number): 'for' | 'against' | 'neither' {
  if (score > 0.35 && score < 0.65) return 'neither'
  return score >= 0.5 ? 'for' : 'against'
}
