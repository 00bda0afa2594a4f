import { useState } from 'preact/hooks'
import type { Client, Role, User } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DialogEnd } from '../shell/dialog-end.tsx'
import { Choice, Field, Tick } from '../shell/field.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** A user to be made or changed. */
export function UserDialog(props: {
  /** null: a new one. */
  user: User | null
  clients: Client[]
  onClose: () => void
  onSaved: () => void
}) {
  const { user, clients, onClose, onSaved } = props
  const { api, texts } = useConsole()
  const words = texts.users
  const [email, setEmail] = useState(user?.email ?? '')
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<Role>(user?.role ?? 'reviewer')
  const [own, setOwn] = useState<string[] | null>(user ? user.clients : null)
  const [password, setPassword] = useState('')
  const [losesFactors, setLosesFactors] = useState(false)
  const [isUnlocked, setUnlocked] = useState(false)
  const [problem, setProblem] = useState('')

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    const common = user?.atProvider ? { name } : { name, role, clients: own }
    try {
      if (user) {
        const change = {
          ...common,
          ...(password ? { password } : {}),
          ...(losesFactors ? { totp: false, passkeys: false } : {}),
          ...(isUnlocked ? { locked: false } : {}),
        }
        await api.send('PATCH', `/users/${encodeURIComponent(user.id)}`, change)
      } else await api.send('POST', '/users', { ...common, email, password })
      onSaved()
      onClose()
    } catch (error) {
      setProblem(sentenceOf(error as Error, texts))
    }
  }

  return (
    <Dialog heading={user ? user.email : words.create} onClose={onClose}>
      <form onSubmit={save}>
        {!user && (
          <Field
            label={words.email}
            type="email"
            autocomplete="off"
            required
            value={email}
            onInput={setEmail}
          />
        )}
        <Field label={texts.words.name} autocomplete="off" required value={name} onInput={setName} />
        {user?.atProvider ? (
          <p>{texts.provider.user}</p>
        ) : (
          <>
            <Choice label={words.role} value={role} onChange={(value) => setRole(value as Role)}>
              {Object.entries(texts.roles).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Choice>
            <ClientsOfUser clients={clients} own={own} onChange={setOwn} />
            <Field
              label={user ? words.newPassword : words.password}
              hint={words.passwordHint}
              type="password"
              autocomplete="new-password"
              minLength={12}
              required={!user}
              value={password}
              onInput={setPassword}
            />
          </>
        )}
        {user && (user.totp || user.passkeys > 0) && (
          <Tick isTicked={losesFactors} onChange={setLosesFactors}>
            {words.removeFactors}
          </Tick>
        )}
        {user?.locked && (
          <Tick isTicked={isUnlocked} onChange={setUnlocked}>
            {words.unlock}
          </Tick>
        )}
        <DialogEnd problem={problem} onClose={onClose}>
          <button type="submit" class="primary">
            {texts.words.save}
          </button>
        </DialogEnd>
      </form>
    </Dialog>
  )
}

/** All clients, or those that are ticked. */
function ClientsOfUser(props: {
  clients: Client[]
  own: string[] | null
  onChange: (own: string[] | null) => void
}) {
  const { clients, own, onChange } = props
  const words = useConsole().texts.users
  return (
    <fieldset>
      <legend>{words.clients}</legend>
      <label class="check">
        <input type="radio" name="reach" checked={own === null} onChange={() => onChange(null)} />
        {words.allClients}
      </label>
      <label class="check">
        <input type="radio" name="reach" checked={own !== null} onChange={() => onChange(own ?? [])} />
        {words.someClients}
      </label>
      {own !== null &&
        clients.map(({ id, name }) => (
          <label key={id} class="check inner">
            <input
              type="checkbox"
              checked={own.includes(id)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(checked ? [...own, id] : own.filter((other) => other !== id))
              }
            />
            {name}
          </label>
        ))}
    </fieldset>
  )
}
