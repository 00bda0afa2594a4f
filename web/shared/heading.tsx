import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Takes the keyboard and the screen reader along when the screen changes. */
export function Heading({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
