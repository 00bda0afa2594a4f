import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/**
 * Takes the keyboard and the screen reader along when the screen changes.
 * @param isFirst nothing was there before it, so that the focus is elsewhere for a reason
 */
export function Heading({ children, isFirst = false }: { children: ComponentChildren; isFirst?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isFirst) heading.current?.focus()
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} part="heading">
      {children}
    </h1>
  )
}
