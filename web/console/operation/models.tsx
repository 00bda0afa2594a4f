import type { Overview } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Table } from '../shell/table.tsx'

/** The nets that judge, with what proves which they are. */
export function Models({ models }: { models: Overview['models'] }) {
  const { texts } = useConsole()
  const words = texts.overview
  return (
    <section>
      <h2>{words.models}</h2>
      <Table label={words.models} columns={[texts.words.name, words.version, 'SHA-256']}>
        {models.map(({ name, version, sha256 }) => (
          <tr key={name}>
            <td>{name}</td>
            <td>{version}</td>
            <td>
              <code>{sha256}</code>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  )
}
