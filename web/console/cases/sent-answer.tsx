import { Code } from '../../shared/code.tsx'
import { fill } from '../../shared/languages.ts'
import type { Case } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'

/** The answer as the caller got it, and a line that asks the same. */
export function SentAnswer({ item: { answer, curl } }: { item: Case }) {
  const { texts } = useConsole()
  return (
    <section>
      <h2>{texts.case.answer}</h2>
      {answer ? (
        <Code
          label={fill(texts.case.answerStatus, { status: answer.status })}
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
