import { useState } from 'preact/hooks'
import type { CaseSummary } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { hrefOf, type Route } from '../shell/route.ts'
import { ShortcutsDialog } from '../shell/shortcuts-dialog.tsx'
import { usePages } from '../shell/use-pages.ts'
import { CaseView } from './case-view.tsx'
import { Queue } from './queue.tsx'
import { casesPath } from './queue-filters.ts'

/** The list of cases, or one of them; the list stays loaded while its cases are looked at one after the other. */
export function Cases({ route: { id, query } }: { route: Route }) {
  const { api } = useConsole()
  const pages = usePages<CaseSummary>(api, casesPath(query))
  const [selected, setSelected] = useState<string | null>(id)
  const [showsHelp, setShowsHelp] = useState(false)

  const place = pages.items.findIndex((item) => item.id === id)
  const go = (to: string | null) => {
    if (to !== null) setSelected(to)
    location.hash = hrefOf('cases', to, query)
  }
  const following = pages.items[place + 1]?.id ?? null
  const previous = place > 0 ? (pages.items[place - 1]?.id ?? null) : null

  /** Takes a case that was decided out of the open ones, and goes on to the one after it. */
  function decided(item: CaseSummary): void {
    const isGone = (query.get('queue') ?? 'open') === 'open' && item.status !== 'open'
    pages.change((items) =>
      isGone
        ? items.filter((other) => other.id !== item.id)
        : items.map((other) => (other.id === item.id ? item : other)),
    )
    go(following ?? (isGone ? previous : null))
  }

  const help = () => setShowsHelp(true)
  return (
    <>
      {id === null ? (
        <Queue
          query={query}
          pages={pages}
          selected={selected}
          onSelect={setSelected}
          onOpen={go}
          onHelp={help}
        />
      ) : (
        <CaseView
          key={id}
          id={id}
          backHref={hrefOf('cases', null, query)}
          hrefOf={(other) => hrefOf('cases', other, query)}
          {...{ previous, following }}
          onGo={go}
          onDecided={decided}
          onHelp={help}
        />
      )}
      {showsHelp && <ShortcutsDialog onClose={() => setShowsHelp(false)} />}
    </>
  )
}
