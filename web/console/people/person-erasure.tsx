import { useState } from 'preact/hooks'
import { fill } from '../../shared/languages.ts'
import type { Certificate, ClientName } from '../api/types.ts'
import { ClientChoice } from '../shell/client-choice.tsx'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import { QuestionDialog } from '../shell/question-dialog.tsx'

/** Erases a person at one client, after their subject was typed, and shows the certificate. */
export function PersonErasure(props: { subject: string; clients: ClientName[]; onErased: () => void }) {
  const { subject, clients, onErased } = props
  const { api, texts, notify } = useConsole()
  const words = texts.people
  const [client, setClient] = useState(clients[0]?.id ?? '')
  const [isAsking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')

  async function erase(): Promise<void> {
    const { certificate } = await api.send<{ certificate: Certificate }>('POST', '/people/erase', {
      client,
      subject,
    })
    notify(fill(words.erased, { sequence: certificate.auditSequence }))
    onErased()
  }

  return (
    <section>
      <h3>{words.eraseHeading}</h3>
      <p>{words.eraseBody}</p>
      <div class="fields">
        <ClientChoice clients={clients} value={client} onChange={setClient} />
        <button type="button" class="danger" onClick={() => setAsking(true)}>
          {words.erase}
        </button>
      </div>
      {isAsking && (
        <QuestionDialog
          question={fill(words.eraseQuestion, {
            subject,
            client: clients.find(({ id }) => id === client)?.name ?? client,
          })}
          action={words.eraseNow}
          isReady={typed === subject}
          onAct={erase}
          onClose={() => {
            setAsking(false)
            setTyped('')
          }}
        >
          <p>{words.eraseBody}</p>
          <Field label={words.eraseType} autocomplete="off" value={typed} onInput={setTyped} />
        </QuestionDialog>
      )}
    </section>
  )
}
