import { useEffect, useState } from 'preact/hooks'

/** Counts down once a second. @param deadline Unix milliseconds */
export function useSecondsUntil(deadline: number): number {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return (deadline - Date.now()) / 1000
}
