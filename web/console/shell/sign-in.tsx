import { useEffect, useRef, useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { LanguageChoice } from '../../shared/language-choice.tsx'
import { fill } from '../../shared/languages.ts'
import { type ConsoleApi, ConsoleApiError } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { type Language, languages, type Texts } from '../texts/index.ts'
import { Field } from './field.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ProviderButton } from './provider-button.tsx'
import { sentenceOf } from './states.tsx'

/** E-mail address and password, then the code of the second step for those who have one. */
export function SignIn(props: {
  api: ConsoleApi
  texts: Texts
  language: Language
  /** Why nobody is signed in; empty: nobody was. */
  notice: string
  onLanguage: (language: Language) => void
  onSession: (session: Session) => void
}) {
  const { api, texts, onSession } = props
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState(props.notice)
  const [hasProvider, setHasProvider] = useState(false)
  useEffect(() => {
    // Without an answer there is the form.
    api.get<{ enabled: boolean }>('/openid').then(
      ({ enabled }) => setHasProvider(enabled),
      () => undefined,
    )
  }, [api])

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setProblem('')
    try {
      onSession(
        await api.send<Session>('POST', '/session', { email, password, ...(needsCode ? { code } : {}) }),
      )
    } catch (error) {
      setBusy(false)
      const failure = toFailure(error)
      if (failure.code === 'code_required') setNeedsCode(true)
      else setProblem(problemOf(failure, texts))
    }
  }

  return (
    <main class="sign-in" data-screen="sign-in">
      <LanguageChoice
        label={texts.language}
        languages={languages}
        language={props.language}
        onChange={props.onLanguage}
      />
      <form onSubmit={submit}>
        <p class="brand">Liveface</p>
        <Heading>{texts.signIn.heading}</Heading>
        {needsCode ? (
          <CodeField texts={texts} value={code} onInput={setCode} />
        ) : (
          <>
            <Field
              label={texts.signIn.email}
              type="email"
              name="email"
              autocomplete="username"
              required
              value={email}
              onInput={setEmail}
            />
            <Field
              label={texts.signIn.password}
              type="password"
              name="password"
              autocomplete="current-password"
              required
              value={password}
              onInput={setPassword}
            />
          </>
        )}
        <p role="alert" class="problem">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={isBusy}>
          {texts.signIn.submit}
        </button>
        <PasskeyButton
          api={api}
          texts={texts}
          path="/session/passkey"
          onSession={onSession}
          onProblem={(found) =>
            setProblem(found instanceof Error ? problemOf(toFailure(found), texts) : found)
          }
        />
        {hasProvider && <ProviderButton texts={texts} />}
      </form>
    </main>
  )
}

function CodeField(props: { texts: Texts; value: string; onInput: (value: string) => void }) {
  const { texts, value, onInput } = props
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.querySelector('input')?.focus(), [])
  return (
    <div ref={box}>
      <Field
        label={texts.signIn.code}
        hint={texts.signIn.codeHint}
        name="code"
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9 ]{6,8}"
        required
        value={value}
        onInput={onInput}
      />
    </div>
  )
}

function toFailure(error: unknown): ConsoleApiError {
  return error instanceof ConsoleApiError ? error : new ConsoleApiError('internal')
}

function problemOf(error: ConsoleApiError, texts: Texts): string {
  if (error.code === 'invalid_credentials') return texts.signIn.wrong
  if (error.status === 429) return fill(texts.signIn.tooMany, { seconds: error.retryAfter ?? 60 })
  return sentenceOf(error, texts)
}
