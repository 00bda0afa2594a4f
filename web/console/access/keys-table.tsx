import { fill } from '../../shared/languages.ts'
import type { Key } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { dialectTitle } from '../shell/dialects.ts'
import { Table } from '../shell/table.tsx'
import { Time } from '../shell/time.tsx'

/** The keys, without their secrets: nobody has those any more. */
export function KeysTable(props: { keys: Key[]; onAct: (act: 'rotate' | 'revoke', key: Key) => void }) {
  const { texts, formats } = useConsole()
  const words = texts.keys
  return (
    <Table
      label={words.keys}
      columns={[
        words.key,
        texts.words.client,
        words.environment,
        texts.words.created,
        texts.words.status,
        texts.words.actions,
      ]}
    >
      {props.keys.map((key) => (
        <tr key={key.id}>
          <td>
            <code>{key.lookup}</code>
            {key.name && (
              <>
                <br />
                <small class="quiet">{key.name}</small>
              </>
            )}
          </td>
          <td>
            {key.client.name}
            <br />
            <small class="quiet">{dialectTitle(key.dialect)}</small>
          </td>
          <td>{words.environments[key.environment]}</td>
          <td>
            <Time at={key.createdAt} />
          </td>
          <td class={key.revokedAt ? 'bad' : 'good'}>
            {key.revokedAt ? fill(words.revoked, { time: formats.time(key.revokedAt) }) : words.working}
          </td>
          <td>
            {!key.revokedAt &&
              (['rotate', 'revoke'] as const).map((act) => (
                <button
                  type="button"
                  class="small"
                  key={act}
                  aria-label={`${words[act]}: ${key.lookup}`}
                  onClick={() => props.onAct(act, key)}
                >
                  {words[act]}
                </button>
              ))}
          </td>
        </tr>
      ))}
    </Table>
  )
}
