import { useState } from 'preact/hooks'
import { fill } from '../../shared/languages.ts'
import type { Case, CasePicture } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { may } from '../shell/route.ts'
import { meshPath } from './mesh-path.ts'

/** The pictures of a check side by side, with what was found drawn on them. */
export function Evidence({ item: { pictures } }: { item: Case }) {
  const { session, texts } = useConsole()
  const [isDrawn, setDrawn] = useState(true)
  const canSee = may(session.user.role, 'see pictures')
  return (
    <section class="evidence">
      <h2>{texts.case.evidence}</h2>
      {!canSee || pictures.length === 0 ? (
        <p class="quiet">{canSee ? texts.case.noPictures : texts.case.hiddenPictures}</p>
      ) : (
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={isDrawn}
              onChange={({ currentTarget: { checked } }) => setDrawn(checked)}
            />
            {texts.case.drawing}
          </label>
          <div class="pictures">
            {pictures.map((picture, index) => (
              <Picture key={picture.id} picture={picture} number={index + 1} isDrawn={isDrawn} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

function Picture(props: { picture: CasePicture; number: number; isDrawn: boolean }) {
  const { picture, number, isDrawn } = props
  const { texts } = useConsole()
  const [isLost, setLost] = useState(false)
  const { url, width, height, faces, role } = picture
  const count = faces.length
  const found =
    count === 0 ? texts.case.noFace : count === 1 ? texts.case.oneFace : fill(texts.case.faces, { count })
  const name = fill(texts.case.picture, { number, role })
  return (
    <figure class="picture">
      {isLost ? (
        <p class="quiet">{texts.case.lostPicture}</p>
      ) : (
        <div class="stage">
          <img
            src={url}
            {...(width > 0 ? { width, height } : {})}
            alt={`${name}, ${found}`}
            onError={() => setLost(true)}
          />
          {isDrawn && width > 0 && (
            <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
              {faces.map(({ box, mesh }, index) => (
                <g key={index} class={index === 0 ? 'subject' : 'bystander'}>
                  <rect x={box.x} y={box.y} width={box.width} height={box.height} />
                  {mesh && <path d={meshPath(mesh)} stroke-width={Math.max(1, box.width / 130)} />}
                </g>
              ))}
            </svg>
          )}
        </div>
      )}
      <figcaption>
        {name} <span class="quiet">{found}</span>
      </figcaption>
    </figure>
  )
}
