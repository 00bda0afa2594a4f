import { useState } from 'preact/hooks'
import { Code } from '../../shared/code.tsx'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import { withQuery } from '../api/client.ts'
import type { Client, IssuedKey, Key } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { Field } from '../shell/field.tsx'
import { More } from '../shell/more.tsx'
import { QuestionDialog } from '../shell/question-dialog.tsx'
import { hrefOf, type Route } from '../shell/route.ts'
import { Empty, sentenceOf } from '../shell/states.tsx'
import { usePages } from '../shell/use-pages.ts'
import { ClientDialog } from './client-dialog.tsx'
import { ClientsTable } from './clients-table.tsx'
import { KeysTable } from './keys-table.tsx'

type Question = { act: 'rotate' | 'revoke'; key: Key }

/** Clients and their keys: make one, replace one, revoke one. */
export function Keys({ route: { query } }: { route: Route }) {
  const { api, session, texts, notify } = useConsole()
  const words = texts.keys
  const client = query.get('client')
  const clients = usePages<Client>(api, '/clients')
  const keys = usePages<Key>(api, withQuery('/keys', { client }))
  const [question, setQuestion] = useState<Question | null>(null)
  const [name, setName] = useState('')
  const [edited, setEdited] = useState<Client | null>(null)
  const [issued, setIssued] = useState<IssuedKey | null>(null)

  async function create(event: Event): Promise<void> {
    event.preventDefault()
    try {
      setIssued(await api.send<IssuedKey>('POST', '/keys', { client, ...(name ? { name } : {}) }))
      setName('')
      keys.reload()
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
  }

  async function answer({ act, key }: Question): Promise<void> {
    const path = `/keys/${encodeURIComponent(key.id)}`
    if (act === 'rotate') setIssued(await api.send<IssuedKey>('POST', `${path}/rotate`))
    else {
      await api.send('DELETE', path)
      notify(words.revokedNow)
    }
    keys.reload()
  }

  return (
    <>
      <Heading>{words.heading}</Heading>
      <section>
        <h2>{words.clients}</h2>
        {clients.items.length > 0 && (
          <ClientsTable
            clients={clients.items}
            chosen={client}
            onEdit={session.user.role === 'administrator' ? setEdited : undefined}
            hrefOf={(id) =>
              hrefOf('keys', null, id === null ? undefined : new URLSearchParams({ client: id }))
            }
          />
        )}
        {clients.items.length === 0 && !clients.isLoading && !clients.error && (
          <Empty>{words.noClients}</Empty>
        )}
        <More pages={clients} />
      </section>
      <section>
        <h2>{words.keys}</h2>
        {client ? (
          <form class="row" onSubmit={create}>
            <Field label={words.keyName} autocomplete="off" value={name} onInput={setName} />
            <button type="submit" class="primary">
              {words.create}
            </button>
          </form>
        ) : (
          <p class="quiet">{words.chooseClient}</p>
        )}
        {keys.items.length > 0 && (
          <KeysTable keys={keys.items} onAct={(act, key) => setQuestion({ act, key })} />
        )}
        {keys.items.length === 0 && !keys.isLoading && !keys.error && <Empty>{words.noKeys}</Empty>}
        <More pages={keys} />
      </section>
      {edited && (
        <ClientDialog
          client={edited}
          onClose={() => setEdited(null)}
          onSaved={() => {
            notify(words.saved)
            clients.reload()
          }}
        />
      )}
      {question && (
        <QuestionDialog
          question={fill(question.act === 'rotate' ? words.rotateQuestion : words.revokeQuestion, {
            key: question.key.lookup,
          })}
          action={words[question.act]}
          onAct={() => answer(question)}
          onClose={() => setQuestion(null)}
        />
      )}
      {issued && !question && <NewKey issued={issued} onClose={() => setIssued(null)} />}
    </>
  )
}

/** The secret, this once. */
function NewKey({ issued, onClose }: { issued: IssuedKey; onClose: () => void }) {
  const { texts } = useConsole()
  const headers = Object.entries(issued.headers)
  return (
    <Dialog heading={texts.keys.secretHeading} onClose={onClose}>
      <p>{texts.keys.secretBody}</p>
      <Code
        label={issued.key.client.name}
        text={headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
        words={texts.words}
      />
      <button type="button" onClick={onClose}>
        {texts.words.close}
      </button>
    </Dialog>
  )
}
