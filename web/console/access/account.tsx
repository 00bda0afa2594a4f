import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { LanguageChoice } from '../../shared/language-choice.tsx'
import { ConsoleApiError } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import type { Route } from '../shell/route.ts'
import { sentenceOf } from '../shell/states.tsx'
import { languages } from '../texts/index.ts'
import { PasskeySetting } from './passkey-setting.tsx'
import { TotpSetting } from './totp-setting.tsx'

/** What users change about themselves. */
export function Account(_props: { route: Route }) {
  const { texts, session } = useConsole()
  return (
    <>
      <Heading>{texts.account.heading}</Heading>
      <Profile />
      {session.user.atProvider ? (
        <p>{texts.provider.account}</p>
      ) : (
        <>
          <PasswordChange />
          <TotpSetting />
          <PasskeySetting />
        </>
      )}
    </>
  )
}

function Profile() {
  const { api, session, texts, language, chooseLanguage, onSession, notify } = useConsole()
  const [name, setName] = useState(session.user.name)
  async function save(event: Event): Promise<void> {
    event.preventDefault()
    try {
      onSession(await api.send<Session>('PATCH', '/session/user', { name }))
      notify(texts.account.saved)
    } catch (error) {
      notify(sentenceOf(error as Error, texts))
    }
  }
  return (
    <section>
      <h2>{texts.account.profile}</h2>
      <p>
        {session.user.email} · {texts.roles[session.user.role]}
      </p>
      <form class="narrow" onSubmit={save}>
        <Field label={texts.words.name} autocomplete="name" required value={name} onInput={setName} />
        <button type="submit">{texts.words.save}</button>
      </form>
      <LanguageChoice
        label={texts.language}
        languages={languages}
        language={language}
        onChange={chooseLanguage}
      />
    </section>
  )
}

function PasswordChange() {
  const { api, texts, onSession, notify } = useConsole()
  const words = texts.account
  const [old, setOld] = useState('')
  const [changed, setChanged] = useState('')
  const [problem, setProblem] = useState('')
  async function change(event: Event): Promise<void> {
    event.preventDefault()
    setProblem('')
    try {
      const password = { old, new: changed }
      onSession(await api.send<Session>('PATCH', '/session/user', { password }))
      setOld('')
      setChanged('')
      notify(words.passwordChanged)
    } catch (error) {
      const isWrong = error instanceof ConsoleApiError && error.code === 'invalid_credentials'
      setProblem(isWrong ? words.wrongPassword : sentenceOf(error as Error, texts))
    }
  }
  return (
    <section>
      <h2>{words.password}</h2>
      <form class="narrow" onSubmit={change}>
        <Field
          label={words.oldPassword}
          type="password"
          autocomplete="current-password"
          required
          value={old}
          onInput={setOld}
        />
        <Field
          label={words.newPassword}
          hint={words.passwordHint}
          type="password"
          autocomplete="new-password"
          minLength={12}
          required
          value={changed}
          onInput={setChanged}
        />
        <p role="alert" class="problem">
          {problem}
        </p>
        <button type="submit">{words.changePassword}</button>
      </form>
    </section>
  )
}
