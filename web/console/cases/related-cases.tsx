import type { CaseSummary } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { CaseRow } from './case-row.tsx'

/** Cases whose face this one repeats, and the same person's other checks. */
export function RelatedCases(props: {
  named: CaseSummary[]
  items: CaseSummary[]
  hrefOf: (id: string) => string
}) {
  const { named, items, hrefOf } = props
  const { texts } = useConsole()
  return (
    <section>
      {named.length > 0 && (
        <>
          <h2>{texts.case.named}</h2>
          <CaseList items={named} hrefOf={hrefOf} />
        </>
      )}
      <h2>{texts.case.related}</h2>
      {items.length === 0 ? (
        <p class="quiet">{texts.case.noRelated}</p>
      ) : (
        <CaseList items={items} hrefOf={hrefOf} />
      )}
    </section>
  )
}

/** A short list of cases, each a link. */
export function CaseList(props: {
  items: CaseSummary[]
  hrefOf: (id: string) => string
  /** There is room for whole rows. */
  wide?: boolean
}) {
  const { items, hrefOf, wide = false } = props
  return (
    <ol class={wide ? 'case-list' : 'case-list short'}>
      {items.map((item) => (
        <li key={item.id}>
          <CaseRow item={item} href={hrefOf(item.id)} />
        </li>
      ))}
    </ol>
  )
}
