import type { ClientName } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Choice } from '../shell/field.tsx'

/** Which client it is about. */
export function ClientChoice(props: {
  clients: readonly ClientName[]
  value: string
  onChange: (id: string) => void
}) {
  const { texts } = useConsole()
  return (
    <Choice label={texts.words.client} value={props.value} onChange={props.onChange}>
      {props.clients.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Choice>
  )
}
