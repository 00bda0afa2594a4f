import { fill } from '../../shared/languages.ts'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'

/** How alike each two pictures of the check are. */
export function Pairs({ item: { pairs, pictures, thresholds } }: { item: Case }) {
  const { texts, formats } = useConsole()
  if (pairs.length === 0) return null
  const nameOf = (id: string) => {
    const index = pictures.findIndex((picture) => picture.id === id)
    return index < 0 ? id : fill(texts.case.picture, { number: index + 1, role: pictures[index]?.role ?? '' })
  }
  return (
    <section>
      <h2>{texts.case.pairs}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.case.pair}</th>
            <th scope="col" class="number">
              {texts.queue.similarity}
            </th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ a, b, similarity }) => (
            <tr key={`${a} ${b}`}>
              <td>
                {nameOf(a)} – {nameOf(b)}
              </td>
              <td class={`number ${similarity >= thresholds.match ? 'good' : 'bad'}`}>
                {formats.score(similarity)}{' '}
                {similarity >= thresholds.match ? texts.case.above : texts.case.below}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">{fill(texts.case.sameAsThreshold, { value: formats.score(thresholds.match) })}</p>
    </section>
  )
}
