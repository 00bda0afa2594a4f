import { useState } from 'preact/hooks'
import { fill } from '../../shared/languages.ts'
import type { Case, CasePicture } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Tick } from '../shell/field.tsx'
import { may } from '../shell/route.ts'
import { CueBars, FaceDrawing, type Layer, layers, PictureInWords } from './drawing.tsx'

/** The pictures of a check side by side, with what was found drawn on them. */
export function Evidence({ item: { pictures } }: { item: Case }) {
  const { session, texts } = useConsole()
  const [drawn, setDrawn] = useState<readonly Layer[]>(layers)
  const canSee = may(session.user.role, 'see pictures')
  return (
    <section class="evidence">
      <h2>{texts.case.evidence}</h2>
      {!canSee || pictures.length === 0 ? (
        <p class="quiet">{canSee ? texts.case.noPictures : texts.case.hiddenPictures}</p>
      ) : (
        <>
          <fieldset class="row layers">
            <legend>{texts.case.drawing}</legend>
            {layers.map((layer) => (
              <Tick
                key={layer}
                isTicked={drawn.includes(layer)}
                onChange={(checked) =>
                  setDrawn(checked ? [...drawn, layer] : drawn.filter((other) => other !== layer))
                }
              >
                {texts.case.layers[layer]}
              </Tick>
            ))}
          </fieldset>
          <div class="pictures">
            {pictures.map((picture, index) => (
              <Picture key={picture.id} picture={picture} number={index + 1} drawn={drawn} />
            ))}
          </div>
        </>
      )}
    </section>
  )
}

function Picture(props: { picture: CasePicture; number: number; drawn: readonly Layer[] }) {
  const { picture, number, drawn } = props
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
          {width > 0 && <FaceDrawing picture={picture} drawn={drawn} />}
          {drawn.includes('cues') && <CueBars cues={picture.cues} />}
        </div>
      )}
      <figcaption>
        {name} <span class="quiet">{found}</span>
        <PictureInWords picture={picture} />
      </figcaption>
    </figure>
  )
}
