import { useState } from 'preact/hooks'
import type { ClientName } from '../api/types.ts'
import { ClientChoice } from '../shell/client-choice.tsx'
import { useConsole } from '../shell/context.ts'
import { sentenceOf } from '../shell/states.tsx'

/** Gives out everything that one client has of a person, as a file. */
export function PersonExport({ subject, clients }: { subject: string; clients: ClientName[] }) {
  const { api, texts, notify } = useConsole()
  const words = texts.people
  const [client, setClient] = useState(clients[0]?.id ?? '')
  const [isBusy, setBusy] = useState(false)

  async function save(): Promise<void> {
    setBusy(true)
    try {
      const url = URL.createObjectURL(await api.sendForFile('/people/export', { client, subject }))
      Object.assign(document.createElement('a'), { href: url, download: 'person.zip' }).click()
      // The browser reads it after the click.
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
      notify(words.exported)
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
    setBusy(false)
  }

  return (
    <section>
      <h3>{words.exportHeading}</h3>
      <p>{words.exportBody}</p>
      <div class="fields">
        <ClientChoice clients={clients} value={client} onChange={setClient} />
        <button type="button" disabled={isBusy} onClick={save}>
          {words.exportNow}
        </button>
      </div>
    </section>
  )
}
