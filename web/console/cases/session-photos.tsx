import { fill } from '../../shared/languages.ts'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Time } from '../shell/time.tsx'

/** How each photo of a challenge session came, what speaks against a camera behind it, and the attempts before that failed. */
export function SessionPhotos({ item: { session, pictures } }: { item: Case }) {
  const { texts } = useConsole()
  if (!session) return null
  const words = texts.case
  const numberOf = (id: string | null) => pictures.findIndex((picture) => picture.id === id) + 1
  const doneWord = (passed: boolean | null) =>
    passed === null ? '–' : passed ? texts.words.yes : texts.words.no
  return (
    <section>
      <h2>{words.session}</h2>
      {session.captured && <p>{fill(words.whole, { captured: words.capturedHow[session.captured] })}</p>}
      {session.consent && (
        <p>
          {words.agreed} <Time at={session.consent.at} /> (SHA-256 <code>{session.consent.textSha256}</code>)
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{words.gesture}</th>
            <th scope="col">{words.done}</th>
            <th scope="col">{words.captured}</th>
            <th scope="col">{words.signals}</th>
          </tr>
        </thead>
        <tbody>
          {session.photos.map(({ gesture, passed, captured, signals, picture }, index) => (
            <tr key={index}>
              <td>
                {words.gestures[gesture]}
                {numberOf(picture) > 0 && ` (${numberOf(picture)})`}
              </td>
              <td>{doneWord(passed)}</td>
              <td>{captured ? words.capturedHow[captured] : words.noPhoto}</td>
              <td>
                {signals.length === 0 ? '–' : signals.map((name) => words.captureSignals[name]).join(' ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {session.failedAttempts.length > 0 && (
        <>
          <h3>{words.failedAttempts}</h3>
          <ol>
            {session.failedAttempts.map(({ at, reason, gesture }, index) => (
              <li key={index}>
                <Time at={at} />: {words.failures[reason]}
                {gesture && ` (${words.gestures[gesture]})`}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}
