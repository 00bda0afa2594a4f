import { fill } from '../../shared/languages.ts'
import { useConsole } from './context.ts'
import { Failed, Loading } from './states.tsx'
import type { Pages } from './use-pages.ts'

/** The end of a list: what is loaded, the button for more, and what failed. */
export function More<T>({ pages }: { pages: Pages<T> }) {
  const { texts, formats } = useConsole()
  const { items, error, isLoading, hasMore } = pages
  if (error)
    return <Failed texts={texts} error={error} onRetry={items.length ? pages.loadMore : pages.reload} />
  if (isLoading) return <Loading texts={texts} />
  if (!hasMore) return null
  return (
    <p class="row">
      <button type="button" onClick={pages.loadMore}>
        {texts.words.more}
      </button>
      <span class="quiet">{fill(texts.words.of, { count: formats.count(items.length) })}</span>
    </p>
  )
}
