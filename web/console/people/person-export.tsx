import { useState } from 'preact/hooks'
import { withQuery } from '../api/client.ts'
import type { ClientName } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Choice } from '../shell/field.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** Downloads what is kept about a person at one client. */
export function PersonExport({ subject, clients }: { subject: string; clients: ClientName[] }) {
  const { api, texts, notify } = useConsole()
  const [client, setClient] = useState(clients[0]?.id ?? '')
  const [isBusy, setBusy] = useState(false)

  async function download(): Promise<void> {
    setBusy(true)
    try {
      const url = URL.createObjectURL(await api.download(withQuery('/people/export', { client, subject })))
      const link = document.createElement('a')
      link.href = url
      link.download = 'person.zip'
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
    setBusy(false)
  }

  return (
    <section>
      <h3>{texts.people.exportHeading}</h3>
      <p>{texts.people.exportBody}</p>
      <div class="fields">
        <ClientChoice clients={clients} value={client} onChange={setClient} />
        <button type="button" disabled={isBusy} onClick={download}>
          {texts.people.export}
        </button>
      </div>
    </section>
  )
}

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
