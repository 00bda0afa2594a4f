import { useConsole } from './context.ts'

/** A time in the viewer's zone; its title holds it in UTC. */
export function Time({ at, short = false }: { at: string; short?: boolean }) {
  const { formats } = useConsole()
  return (
    <time dateTime={at} title={at}>
      {short ? formats.shortTime(at) : formats.time(at)}
    </time>
  )
}
