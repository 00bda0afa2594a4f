import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ConsoleApi } from '../api/client.ts'
import type { Page } from '../api/types.ts'

export interface Pages<T> {
  items: T[]
  hasMore: boolean
  isLoading: boolean
  error: Error | null
  loadMore: () => void
  reload: () => void
  /** Changes what is shown without asking the server. */
  change: (change: (items: T[]) => T[]) => void
}

interface State<T> {
  items: T[]
  /** Of the next page; undefined: the first is still to come; null: there is none. */
  cursor: string | null | undefined
  isLoading: boolean
  error: Error | null
}

const empty = { items: [], cursor: undefined, isLoading: true, error: null }

/** A list of the server, page after page. @param path with its query, without limit and cursor; null: not now */
export function usePages<T>(api: ConsoleApi, path: string | null, limit = 100): Pages<T> {
  const [state, setState] = useState<State<T>>(empty)
  const turn = useRef(0)

  const load = useCallback(
    (cursor: string | null) => {
      if (path === null) return
      const own = ++turn.current
      const mark = path.includes('?') ? '&' : '?'
      const from = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      setState((before) => ({ ...before, isLoading: true, error: null }))
      api.get<Page<T>>(`${path}${mark}limit=${limit}${from}`).then(
        ({ items, nextCursor }) => {
          if (own !== turn.current) return
          setState((before) => ({
            items: cursor === null ? items : [...before.items, ...items],
            cursor: nextCursor,
            isLoading: false,
            error: null,
          }))
        },
        (error: Error) => {
          if (own === turn.current) setState((before) => ({ ...before, isLoading: false, error }))
        },
      )
    },
    [api, path, limit],
  )

  useEffect(() => {
    setState(empty)
    load(null)
    return () => {
      turn.current++
    }
  }, [load])

  const { items, cursor, isLoading, error } = state
  return {
    items,
    isLoading,
    error,
    hasMore: typeof cursor === 'string',
    loadMore: () => {
      if (typeof cursor === 'string' && !isLoading) load(cursor)
    },
    reload: () => load(null),
    change: (change) => setState((before) => ({ ...before, items: change(before.items) })),
  }
}
