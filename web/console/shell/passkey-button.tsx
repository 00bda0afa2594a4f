import { useState } from 'preact/hooks'
import type { ConsoleApi } from '../api/client.ts'
import { canUsePasskeys, isGivenUp, sendPasskey } from '../api/passkeys.ts'
import type { Session } from '../api/types.ts'
import type { Texts } from '../texts/index.ts'

/** Takes a passkey in place of the password, where the browser has passkeys for this address. */
export function PasskeyButton(props: {
  api: ConsoleApi
  texts: Texts
  path: Parameters<typeof sendPasskey>[1]
  onSession: (session: Session) => void
  onProblem: (problem: string | Error) => void
}) {
  const { api, texts, path, onSession, onProblem } = props
  const [isBusy, setBusy] = useState(false)
  if (!canUsePasskeys()) return null

  async function use(): Promise<void> {
    setBusy(true)
    onProblem('')
    try {
      onSession(await sendPasskey(api, path))
    } catch (error) {
      setBusy(false)
      onProblem(isGivenUp(error) ? texts.passkeys.givenUp : (error as Error))
    }
  }

  return (
    <button type="button" disabled={isBusy} onClick={use}>
      {texts.passkeys.use}
    </button>
  )
}
