import { fill } from '../../shared/languages.ts'
import type { Client } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { dialectTitle } from '../shell/dialects.ts'
import { Table } from '../shell/table.tsx'
import { Time } from '../shell/time.tsx'

/** The clients with their limits; a click on one shows its keys alone, another shows all again. */
export function ClientsTable(props: {
  clients: Client[]
  chosen: string | null
  hrefOf: (id: string | null) => string
  /** Absent: the user does not change limits. */
  onEdit?: ((client: Client) => void) | undefined
}) {
  const { clients, chosen, hrefOf, onEdit } = props
  const { texts, formats } = useConsole()
  const words = texts.keys
  return (
    <Table
      label={words.clients}
      columns={[
        texts.words.name,
        words.apis,
        words.limit,
        words.retention,
        words.balance,
        texts.words.created,
        ...(onEdit ? [texts.words.actions] : []),
      ]}
    >
      {clients.map((client) => {
        const { id, name, dialects, requestsPerMinute, retentionMonths, balance, createdAt } = client
        return (
          <tr key={id} class={id === chosen ? 'changed' : ''}>
            <td>
              <a
                href={hrefOf(id === chosen ? null : id)}
                {...(id === chosen ? { 'aria-current': 'true' as const } : {})}
              >
                {name}
              </a>
              <br />
              <small class="quiet">{id}</small>
            </td>
            <td>{dialects.map(dialectTitle).join(', ')}</td>
            <td>{requestsPerMinute === null ? words.unlimited : formats.count(requestsPerMinute)}</td>
            <td>
              {retentionMonths === null
                ? words.forever
                : fill(words.months, { count: formats.count(retentionMonths) })}
            </td>
            <td>{balance === null ? words.unbilled : formats.count(balance)}</td>
            <td>
              <Time at={createdAt} />
            </td>
            {onEdit && (
              <td>
                <button
                  type="button"
                  class="small"
                  aria-label={`${words.edit}: ${name}`}
                  onClick={() => onEdit(client)}
                >
                  {words.edit}
                </button>
              </td>
            )}
          </tr>
        )
      })}
    </Table>
  )
}
