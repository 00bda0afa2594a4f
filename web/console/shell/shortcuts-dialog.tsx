import { useState } from 'preact/hooks'
import type { Texts } from '../texts/index.ts'
import { useConsole } from './context.ts'
import { Dialog } from './dialog.tsx'
import { areShortcutsOn, switchShortcuts } from './shortcuts.ts'

const keys: Record<keyof Texts['shortcuts']['rows'], string> = {
  next: 'j',
  previous: 'k',
  open: 'Enter',
  approve: 'a',
  decline: 'd',
  askAgain: 'r',
  search: '/',
  back: 'Escape',
  help: '?',
}

/** Which keys do what, and a switch for those that are single letters. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { texts } = useConsole()
  const [isOn, setOn] = useState(areShortcutsOn)
  return (
    <Dialog heading={texts.shortcuts.heading} onClose={onClose}>
      <dl class="keys">
        {Object.entries(texts.shortcuts.rows).map(([name, meaning]) => (
          <div key={name}>
            <dt>
              <kbd>{keys[name as keyof typeof keys]}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ currentTarget: { checked } }) => {
            switchShortcuts(checked)
            setOn(checked)
          }}
        />
        {texts.shortcuts.on}
      </label>
      <button type="button" onClick={onClose}>
        {texts.words.close}
      </button>
    </Dialog>
  )
}
