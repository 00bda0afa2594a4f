import { useState } from 'preact/hooks'
import { addPasskey, canUsePasskeys, isGivenUp } from '../api/passkeys.ts'
import type { Page, Passkey, Session } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import { Loaded, sentenceOf } from '../shell/states.tsx'
import { Time } from '../shell/time.tsx'
import { useResource } from '../shell/use-resource.ts'

/** The user's own passkeys: shown, added and removed. */
export function PasskeySetting() {
  const { api, texts, onSession, notify } = useConsole()
  const words = texts.passkeys
  const { resource, reload } = useResource('passkeys', () => api.get<Page<Passkey>>('/passkeys'))

  async function changed(message: string): Promise<void> {
    onSession(await api.get<Session>('/session'))
    reload()
    notify(message)
  }
  const remove = (id: string) => () =>
    api
      .send('DELETE', `/passkeys/${id}`)
      .then(() => changed(words.removed))
      .catch((error: Error) => notify(sentenceOf(error, texts)))

  return (
    <section>
      <h2>{words.heading}</h2>
      <p>{words.body}</p>
      <Loaded resource={resource}>
        {({ items }) => (
          <ul class="plain">
            {items.map(({ id, name, createdAt, usedAt }) => (
              <li key={id} class="row">
                <strong>{name}</strong>
                <span class="quiet">
                  {texts.words.created} <Time at={createdAt} />
                  {usedAt && (
                    <>
                      {' · '}
                      {words.used} <Time at={usedAt} />
                    </>
                  )}
                </span>
                <button type="button" aria-label={`${words.remove}: ${name}`} onClick={remove(id)}>
                  {words.remove}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {canUsePasskeys() ? <NewPasskey onAdded={() => changed(words.added)} /> : <p>{words.unavailable}</p>}
    </section>
  )
}

function NewPasskey({ onAdded }: { onAdded: () => Promise<void> }) {
  const { api, texts } = useConsole()
  const words = texts.passkeys
  const [name, setName] = useState('')
  const [problem, setProblem] = useState('')

  async function add(event: Event): Promise<void> {
    event.preventDefault()
    setProblem('')
    try {
      await addPasskey(api, name)
      setName('')
      await onAdded()
    } catch (error) {
      setProblem(isGivenUp(error) ? words.givenUp : sentenceOf(error as Error, texts))
    }
  }

  return (
    <form class="narrow" onSubmit={add}>
      <Field
        label={words.name}
        hint={words.nameHint}
        autocomplete="off"
        required
        value={name}
        onInput={setName}
      />
      <p role="alert" class="problem">
        {problem}
      </p>
      <button type="submit">{words.add}</button>
    </form>
  )
}
