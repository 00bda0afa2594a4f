import { useState } from 'preact/hooks'
import { QrCode } from '../../shared/qr-code.tsx'
import type { Session } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Field } from '../shell/field.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** Turns the second step of sign-in on and off. */
export function TotpSetting() {
  const { api, session, texts, onSession, notify } = useConsole()
  const words = texts.account
  const [offer, setOffer] = useState<{ secret: string; uri: string } | null>(null)

  const attempt = (act: () => Promise<void>) => () =>
    act().catch((error: Error) => notify(sentenceOf(error, texts)))
  const begin = attempt(async () => setOffer(await api.send('POST', '/totp')))
  const turnOff = attempt(async () => {
    await api.send('DELETE', '/totp')
    onSession(await api.get<Session>('/session'))
    notify(words.turnedOff)
  })

  return (
    <section>
      <h2>{words.totp}</h2>
      <p>{session.user.totp ? words.totpOn : words.totpOff}</p>
      {session.user.totp ? (
        <button type="button" onClick={turnOff}>
          {words.turnOff}
        </button>
      ) : offer ? (
        <TotpSetup offer={offer} onDone={() => setOffer(null)} />
      ) : (
        <button type="button" class="primary" onClick={begin}>
          {words.setUp}
        </button>
      )}
    </section>
  )
}

/** The key as a picture for the app, and a first code that proves the app has it. */
function TotpSetup({ offer, onDone }: { offer: { secret: string; uri: string }; onDone: () => void }) {
  const { api, texts, onSession, notify } = useConsole()
  const words = texts.account
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState('')

  async function turnOn(event: Event): Promise<void> {
    event.preventDefault()
    try {
      await api.send('PUT', '/totp', { code: code.replaceAll(' ', '') })
      onSession(await api.get<Session>('/session'))
      notify(words.turnedOn)
      onDone()
    } catch {
      setProblem(words.wrongCode)
    }
  }

  return (
    <form class="narrow" onSubmit={turnOn}>
      <p>{words.scan}</p>
      <QrCode text={offer.uri} label={words.qrLabel} />
      <p>
        {words.secret}: <code class="secret">{offer.secret}</code>
      </p>
      <Field
        label={words.code}
        inputMode="numeric"
        autocomplete="one-time-code"
        required
        value={code}
        onInput={setCode}
      />
      <p role="alert" class="problem">
        {problem}
      </p>
      <button type="submit" class="primary">
        {words.turnOn}
      </button>
    </form>
  )
}
