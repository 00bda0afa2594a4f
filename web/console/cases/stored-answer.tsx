import { Code } from '../../shared/code.tsx'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'

/**
 * What is stored of the answer, with the status that was sent, and a line that asks the same. What the caller read can be
 * more or less than this: a part of it that was asked for, or links that open pictures.
 */
export function StoredAnswer({ item: { answer, curl } }: { item: Case }) {
  const { texts } = useConsole()
  return (
    <section>
      <h2>{texts.case.answer}</h2>
      {answer?.status && (
        <p>
          <code>HTTP {answer.status}</code>
        </p>
      )}
      {answer ? (
        <Code
          label={texts.case.answerNote}
          text={typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body, null, 2)}
          words={texts.words}
        />
      ) : (
        <p class="quiet">{texts.case.noAnswer}</p>
      )}
      {curl && <Code label={texts.case.curl} text={curl} words={texts.words} />}
    </section>
  )
}
