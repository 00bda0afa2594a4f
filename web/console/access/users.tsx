import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import type { Client, User } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { More } from '../shell/more.tsx'
import { QuestionDialog } from '../shell/question-dialog.tsx'
import type { Route } from '../shell/route.ts'
import { Table } from '../shell/table.tsx'
import { Time } from '../shell/time.tsx'
import { usePages } from '../shell/use-pages.ts'
import { UserDialog } from './user-dialog.tsx'

/** Who may use the console, in which role, for which clients. */
export function Users(_props: { route: Route }) {
  const { api, session, texts, notify } = useConsole()
  const words = texts.users
  const pages = usePages<User>(api, '/users')
  const clients = usePages<Client>(api, '/clients')
  /** `new`: a user is being made. */
  const [edited, setEdited] = useState<User | 'new' | null>(null)
  const [removed, setRemoved] = useState<User | null>(null)
  const nameOf = (id: string) => clients.items.find((client) => client.id === id)?.name ?? id

  return (
    <>
      <Heading>{words.heading}</Heading>
      <button type="button" class="primary" onClick={() => setEdited('new')}>
        {words.create}
      </button>
      {pages.items.length > 0 && (
        <Table
          label={words.heading}
          columns={[
            words.email,
            words.role,
            words.clients,
            words.totp,
            texts.words.created,
            texts.words.actions,
          ]}
        >
          {pages.items.map((user) => (
            <tr key={user.id}>
              <td>
                {user.email}
                <br />
                <small class="quiet">{user.name}</small>
                {user.locked && <small class="problem"> {words.locked}</small>}
              </td>
              <td>{texts.roles[user.role]}</td>
              <td>{user.clients?.map(nameOf).join(', ') ?? words.allClients}</td>
              <td>
                {[
                  user.atProvider && texts.provider.factor,
                  user.totp && words.app,
                  user.passkeys > 0 && texts.passkeys.heading,
                ]
                  .filter(Boolean)
                  .join(', ') || words.noFactor}
              </td>
              <td>
                <Time at={user.createdAt} />
              </td>
              <td>
                <button
                  type="button"
                  class="small"
                  aria-label={`${words.edit}: ${user.email}`}
                  onClick={() => setEdited(user)}
                >
                  {words.edit}
                </button>
                {user.id === session.user.id ? (
                  <span class="quiet"> {words.yourself}</span>
                ) : (
                  <button
                    type="button"
                    class="small"
                    aria-label={`${words.remove}: ${user.email}`}
                    onClick={() => setRemoved(user)}
                  >
                    {words.remove}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More pages={pages} />
      {edited && (
        <UserDialog
          user={edited === 'new' ? null : edited}
          clients={clients.items}
          onClose={() => setEdited(null)}
          onSaved={() => {
            notify(words.saved)
            pages.reload()
          }}
        />
      )}
      {removed && (
        <QuestionDialog
          question={fill(words.removeQuestion, { email: removed.email })}
          action={words.remove}
          onAct={async () => {
            await api.send('DELETE', `/users/${encodeURIComponent(removed.id)}`)
            notify(words.removed)
            pages.reload()
          }}
          onClose={() => setRemoved(null)}
        />
      )}
    </>
  )
}
