import { useEffect, useState } from 'preact/hooks'
import { useConsole } from '../shell/context.ts'

interface Counts {
  open: number
  decided24h: number
}

const interval = 20_000

/** How many cases wait, asked for again while the page is looked at. */
export function useCounts(): Counts | null {
  const { api } = useConsole()
  const [counts, setCounts] = useState<Counts | null>(null)
  useEffect(() => {
    let isOver = false
    const ask = () => {
      if (document.hidden) return
      // A count that does not come is no news.
      api.get<Counts>('/cases/counts').then(
        (answer) => isOver || setCounts(answer),
        () => undefined,
      )
    }
    ask()
    const timer = setInterval(ask, interval)
    return () => {
      isOver = true
      clearInterval(timer)
    }
  }, [api])
  return counts
}
