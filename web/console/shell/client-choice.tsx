import type { ClientName } from '../api/types.ts'
import { useConsole } from './context.ts'
import { dialectTitle } from './dialects.ts'
import { Choice } from './field.tsx'

/** Which client it is about; those whose APIs are known are shown with them, as names may be alike. */
export function ClientChoice(props: {
  clients: readonly (ClientName & { dialects?: string[] })[]
  value: string
  onChange: (id: string) => void
}) {
  const { texts } = useConsole()
  return (
    <Choice label={texts.words.client} value={props.value} onChange={props.onChange}>
      {props.clients.map(({ id, name, dialects }) => (
        <option key={id} value={id}>
          {dialects ? `${name} (${dialects.map(dialectTitle).join(', ')})` : name}
        </option>
      ))}
    </Choice>
  )
}
