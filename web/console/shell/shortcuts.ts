/** Keys that do something while nothing is being typed. */
import { useEffect } from 'preact/hooks'

interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** The name of the key; by its place where the keyboard writes another script, as a Hindi one does. */
export function shortcutOf({ key, code, ctrlKey, metaKey, altKey }: KeyPress): string | null {
  if (ctrlKey || metaKey || altKey) return null
  if (key.length !== 1) return key
  if (key >= ' ' && key <= '~') return key.toLowerCase()
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  return letter?.toLowerCase() ?? null
}

const storageName = 'liveface-console-shortcuts'

export function areShortcutsOn(): boolean {
  return localStorage.getItem(storageName) !== 'off'
}

/** Somebody who speaks to their computer switches them off: each word would press keys. */
export function switchShortcuts(on: boolean): void {
  localStorage.setItem(storageName, on ? 'on' : 'off')
}

/** Calls what stands under the pressed key, unless something is being typed or a dialog is open. */
export function useShortcuts(actions: Record<string, () => void>): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const name = shortcutOf(event)
      const action = name === null ? undefined : actions[name]
      // A key that is held down counts once: a decision must never be made by a heavy hand.
      if (!action || event.repeat || event.defaultPrevented || !areShortcutsOn()) return
      const target = event.target as Element | null
      if (target?.closest('input, textarea, select, [contenteditable]')) return
      if (name === 'Enter' && target?.closest('a, button, summary')) return
      if (document.querySelector('dialog[open]')) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  })
}
