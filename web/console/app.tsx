import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { preferredLanguage } from '../shared/languages.ts'
import { ConsoleApiError, createConsoleApi } from './api/client.ts'
import { comeBackFromProvider, signOutOfProvider } from './api/openid.ts'
import type { Session } from './api/types.ts'
import { ConfirmDialog } from './shell/confirm-dialog.tsx'
import { type Console, ConsoleContext } from './shell/context.ts'
import { createFormats } from './shell/format.ts'
import { Frame } from './shell/frame.tsx'
import { providerProblem } from './shell/provider-button.tsx'
import { SignIn } from './shell/sign-in.tsx'
import { Failed, Loading } from './shell/states.tsx'
import { type Language, languages, textsOf } from './texts/index.ts'

/** `ended`: signed out by the server, while the console was open. */
type State =
  | { name: 'loading' | 'signed out' | 'ended' }
  | { name: 'failed'; error: Error }
  | { name: 'open'; session: Session }

export function App() {
  const [state, setState] = useState<State>({ name: 'loading' })
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(languages))
  const [refused] = useState(comeBackFromProvider)
  const [notice, setNotice] = useState(() => providerProblem(refused, textsOf(language)))
  const [isConfirming, setConfirming] = useState(false)
  const answerConfirm = useRef<(confirmed: boolean) => void>(() => undefined)
  const texts = textsOf(language)
  const formats = useMemo(() => createFormats(language), [language])

  const api = useMemo(
    () =>
      createConsoleApi({
        onSignedOut: () =>
          setState(({ name }) => ({ name: name === 'open' || name === 'ended' ? 'ended' : 'signed out' })),
        onConfirm: () =>
          new Promise<boolean>((resolve) => {
            answerConfirm.current = resolve
            setConfirming(true)
          }),
      }),
    [],
  )

  const takeSession = useCallback((session: Session) => {
    setLanguage(session.user.language)
    setState({ name: 'open', session })
  }, [])

  const load = useCallback(() => {
    setState({ name: 'loading' })
    api.get<Session>('/session').then(takeSession, (error: Error) => {
      const isSignedOut = error instanceof ConsoleApiError && error.status === 401
      setState(isSignedOut ? { name: 'signed out' } : { name: 'failed', error })
    })
  }, [api, takeSession])
  useEffect(load, [load])

  useEffect(() => {
    document.documentElement.lang = language
    document.title = texts.title
  }, [language, texts])

  const session = state.name === 'open' ? state.session : null
  const value = useMemo<Console | null>(
    () =>
      session && {
        api,
        session,
        texts,
        formats,
        language,
        notify: setNotice,
        onSession: takeSession,
        chooseLanguage(chosen) {
          setLanguage(chosen)
          api.send<Session>('PATCH', '/session/user', { language: chosen }).then(takeSession, () => undefined)
        },
      },
    [api, session, texts, formats, language, takeSession],
  )

  if (state.name === 'loading') return <Loading texts={texts} />
  if (state.name === 'failed') return <Failed texts={texts} error={state.error} onRetry={load} />
  if (!value) {
    return (
      <SignIn
        api={api}
        texts={texts}
        language={language}
        notice={state.name === 'ended' ? texts.signIn.ended : providerProblem(refused, texts)}
        onLanguage={setLanguage}
        onSession={(begun) => {
          setNotice('')
          takeSession(begun)
        }}
      />
    )
  }
  return (
    <ConsoleContext.Provider value={value}>
      <Frame
        notice={notice}
        onSignOut={() => {
          const leave = session?.user.atProvider ? signOutOfProvider : () => setState({ name: 'signed out' })
          api.send('DELETE', '/session').then(leave, leave)
        }}
      />
      {isConfirming && (
        <ConfirmDialog
          onClose={(confirmed) => {
            setConfirming(false)
            answerConfirm.current(confirmed)
          }}
        />
      )}
    </ConsoleContext.Provider>
  )
}
