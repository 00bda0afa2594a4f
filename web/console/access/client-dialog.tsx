import { useState } from 'preact/hooks'
import type { Client } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DialogEnd } from '../shell/dialog-end.tsx'
import { Field } from '../shell/field.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** Limits of a client: an empty field is none of its own. */
export function ClientDialog(props: { client: Client; onClose: () => void; onSaved: () => void }) {
  const { client, onClose, onSaved } = props
  const { api, texts } = useConsole()
  const words = texts.keys
  const [rate, setRate] = useState(toText(client.requestsPerMinute))
  const [months, setMonths] = useState(toText(client.retentionMonths))
  const [balance, setBalance] = useState(toText(client.balance))
  const [problem, setProblem] = useState('')

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    try {
      await api.send('PATCH', `/clients/${encodeURIComponent(client.id)}`, {
        ...changed('requestsPerMinute', client.requestsPerMinute, rate),
        ...changed('retentionMonths', client.retentionMonths, months),
        // Calls that are made meanwhile are paid from it: one that was not touched stays as it is.
        ...changed('balance', client.balance, balance),
      })
      onSaved()
      onClose()
    } catch (error) {
      setProblem(sentenceOf(error as Error, texts))
    }
  }

  const whole = { inputMode: 'numeric', autocomplete: 'off' } as const
  return (
    <Dialog heading={client.name} onClose={onClose}>
      <form onSubmit={save}>
        <Field {...whole} label={words.limitHint} pattern="[1-9][0-9]{0,8}" value={rate} onInput={setRate} />
        <Field
          {...whole}
          label={words.monthsHint}
          hint={words.shorterNote}
          pattern="[1-9][0-9]?|1[01][0-9]|120"
          value={months}
          onInput={setMonths}
        />
        <Field
          {...whole}
          label={words.balanceHint}
          pattern="[0-9]{1,9}"
          value={balance}
          onInput={setBalance}
        />
        <DialogEnd problem={problem} onClose={onClose}>
          <button type="submit" class="primary">
            {texts.words.save}
          </button>
        </DialogEnd>
      </form>
    </Dialog>
  )
}

function toText(value: number | null): string {
  return value === null ? '' : String(value)
}

/** @returns nothing where the field says what it said */
function changed(name: string, before: number | null, text: string): Record<string, number | null> {
  const value = text === '' ? null : Number(text)
  return value === before ? {} : { [name]: value }
}
