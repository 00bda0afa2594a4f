import { useState } from 'preact/hooks'
import { ConsoleApiError } from '../api/client.ts'
import { useConsole } from './context.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { sentenceOf } from './states.tsx'

/** Asks for the password again before something that cannot be undone or gives access. */
export function ConfirmDialog({ onClose }: { onClose: (confirmed: boolean) => void }) {
  const { api, texts } = useConsole()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    try {
      await api.send('POST', '/session/confirm', { password })
      onClose(true)
    } catch (error) {
      const isWrong = error instanceof ConsoleApiError && error.code === 'invalid_credentials'
      setProblem(isWrong ? texts.confirm.wrong : sentenceOf(error as Error, texts))
    }
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
        <p role="alert" class="problem">
          {problem}
        </p>
        <div class="row">
          <button type="submit" class="primary">
            {texts.confirm.submit}
          </button>
          <button type="button" onClick={() => onClose(false)}>
            {texts.words.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
