import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

export type Resource<T> =
  | { state: 'loading' }
  | { state: 'failed'; error: Error }
  | { state: 'ready'; value: T }

/**
 * Loads something, and loads it again when `key` changes. An answer that was overtaken is dropped.
 * @param key names what is loaded; null: nothing is
 */
export function useResource<T>(
  key: string | null,
  load: () => Promise<T>,
): { resource: Resource<T>; reload: () => void; put: (value: T) => void } {
  const [resource, setResource] = useState<Resource<T>>({ state: 'loading' })
  const turn = useRef(0)
  const latest = useRef(load)
  latest.current = load

  const reload = useCallback(() => {
    if (key === null) return
    const own = ++turn.current
    latest.current().then(
      (value) => own === turn.current && setResource({ state: 'ready', value }),
      (error: Error) => own === turn.current && setResource({ state: 'failed', error }),
    )
  }, [key])

  useEffect(() => {
    setResource({ state: 'loading' })
    reload()
    return () => {
      turn.current++
    }
  }, [reload])

  const put = useCallback((value: T) => {
    turn.current++
    setResource({ state: 'ready', value })
  }, [])
  return { resource, reload, put }
}
