import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { visibleRows } from './visible-rows.ts'

/** A list of rows of one height, of which only those near the window are in the page. */
export function VirtualList<T extends { id: string }>(props: {
  label: string
  items: T[]
  hasMore: boolean
  /** Place of the row that gets the focus; -1: none does. */
  selected: number
  onNearEnd: () => void
  row: (item: T) => ComponentChildren
}) {
  const { label, items, hasMore, selected, onNearEnd, row } = props
  const list = useRef<HTMLOListElement>(null)
  const [rowHeight, setRowHeight] = useState(56)
  const [range, setRange] = useState({ first: 0, end: 40 })

  useEffect(() => {
    function look(): void {
      const box = list.current?.getBoundingClientRect()
      if (!box) return
      const height = list.current?.querySelector('li')?.offsetHeight || rowHeight
      setRowHeight(height)
      const seen = visibleRows(box.top, innerHeight, height, items.length)
      setRange((before) => (before.first === seen.first && before.end === seen.end ? before : seen))
      if (hasMore && seen.end >= items.length) onNearEnd()
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  })

  // The row first has to come into the page, then it takes the focus.
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect()
    if (selected < 0 || !box) return
    const top = box.top + selected * rowHeight
    if (top < 80 || top + rowHeight > innerHeight - 20) scrollBy(0, top - innerHeight / 3)
  }, [selected])
  const isThere = selected >= range.first && selected < range.end
  useEffect(() => {
    if (!isThere) return
    list.current?.querySelector<HTMLElement>(`[data-place="${selected}"] a`)?.focus({ preventScroll: true })
  }, [selected, isThere])

  if (items.length === 0) return null
  const end = Math.min(items.length, range.end)
  const first = Math.min(end, range.first)
  return (
    <ol
      ref={list}
      class="case-list"
      aria-label={label}
      style={{ paddingTop: `${first * rowHeight}px`, paddingBottom: `${(items.length - end) * rowHeight}px` }}
    >
      {items.slice(first, end).map((item, index) => (
        <li
          key={item.id}
          data-place={first + index}
          aria-posinset={first + index + 1}
          aria-setsize={hasMore ? -1 : items.length}
        >
          {row(item)}
        </li>
      ))}
    </ol>
  )
}
