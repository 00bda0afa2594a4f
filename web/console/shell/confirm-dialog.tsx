import { useState } from 'preact/hooks'
import { ConsoleApiError } from '../api/client.ts'
import { useConsole } from './context.ts'
import { Dialog } from './dialog.tsx'
import { DialogEnd } from './dialog-end.tsx'
import { Field } from './field.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ProviderButton } from './provider-button.tsx'
import { sentenceOf } from './states.tsx'

/** Asks for the password, or a passkey, before something that cannot be undone or gives access. */
export function ConfirmDialog({ onClose }: { onClose: (confirmed: boolean) => void }) {
  const { api, texts, session } = useConsole()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')

  function problemOf(error: Error): string {
    const isWrong = error instanceof ConsoleApiError && error.code === 'invalid_credentials'
    return isWrong ? texts.confirm.wrong : sentenceOf(error, texts)
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    try {
      await api.send('POST', '/session/confirm', { password })
      onClose(true)
    } catch (error) {
      setProblem(problemOf(error as Error))
    }
  }

  if (session.user.atProvider) {
    return (
      <Dialog heading={texts.confirm.heading} onClose={() => onClose(false)}>
        <p>{texts.provider.confirmBody}</p>
        <div class="row">
          <ProviderButton texts={texts} confirm />
          <button type="button" onClick={() => onClose(false)}>
            {texts.words.cancel}
          </button>
        </div>
      </Dialog>
    )
  }

  return (
    <Dialog heading={texts.confirm.heading} onClose={() => onClose(false)}>
      <form onSubmit={submit}>
        <p>{texts.confirm.body}</p>
        <Field
          label={texts.signIn.password}
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={setPassword}
        />
        <DialogEnd problem={problem} onClose={() => onClose(false)}>
          <button type="submit" class="primary">
            {texts.confirm.submit}
          </button>
          {session.user.passkeys > 0 && (
            <PasskeyButton
              api={api}
              texts={texts}
              path="/session/confirm/passkey"
              onSession={() => onClose(true)}
              onProblem={(found) => setProblem(found instanceof Error ? problemOf(found) : found)}
            />
          )}
        </DialogEnd>
      </form>
    </Dialog>
  )
}
