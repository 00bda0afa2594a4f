import { useEffect, useRef } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import type { CaseSummary } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { More } from '../shell/more.tsx'
import { hrefOf } from '../shell/route.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { Empty } from '../shell/states.tsx'
import type { Pages } from '../shell/use-pages.ts'
import { CaseRow } from './case-row.tsx'
import { FilterBar } from './filter-bar.tsx'
import { filterNames } from './queue-filters.ts'
import { useCounts } from './use-counts.ts'
import { VirtualList } from './virtual-list.tsx'

/** Cases that wait for a decision, and every other, with search and filters. */
export function Queue(props: {
  query: URLSearchParams
  pages: Pages<CaseSummary>
  selected: string | null
  onSelect: (id: string) => void
  onOpen: (id: string) => void
  onHelp: () => void
}) {
  const { query, pages, selected, onSelect, onOpen, onHelp } = props
  const { texts, formats } = useConsole()
  const { items, isLoading, error } = pages
  const page = useRef<HTMLDivElement>(null)
  const counts = useCounts()

  // Cases that came meanwhile are shown, unless the viewer has gone far down the list.
  const open = counts?.open
  const shown = useRef(open)
  useEffect(() => {
    const isNews = shown.current !== undefined && open !== shown.current
    shown.current = open
    if (isNews && items.length <= 100 && !isLoading) pages.reload()
  }, [open])

  const place = items.findIndex(({ id }) => id === selected)
  const move = (by: number) => {
    const next = items[place < 0 ? 0 : Math.min(items.length - 1, Math.max(0, place + by))]
    if (next) onSelect(next.id)
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => place >= 0 && selected && onOpen(selected),
    '/': () => page.current?.querySelector<HTMLElement>('input[type=search]')?.focus(),
    '?': onHelp,
  })

  const isFiltered = filterNames.some((name) => query.has(name))
  return (
    <div ref={page}>
      <div class="title">
        <Heading>{texts.queue.heading}</Heading>
        {counts && (
          <p class="quiet" role="status">
            {fill(texts.queue.counts, {
              open: formats.count(counts.open),
              decided: formats.count(counts.decided24h),
            })}
          </p>
        )}
        <button type="button" class="small" onClick={onHelp}>
          {texts.queue.help} <kbd>?</kbd>
        </button>
      </div>
      <FilterBar query={query} />
      <VirtualList
        label={texts.queue.list}
        items={items}
        hasMore={pages.hasMore}
        selected={place}
        onNearEnd={pages.loadMore}
        row={(item) => <CaseRow item={item} href={hrefOf('cases', item.id, query)} />}
      />
      {items.length === 0 && !isLoading && !error && (
        <Empty>
          <p>{isFiltered ? texts.queue.empty : texts.queue.emptyOpen}</p>
          {isFiltered && <a href={hrefOf('cases')}>{texts.queue.clear}</a>}
        </Empty>
      )}
      <More pages={pages} />
    </div>
  )
}
