import { useState } from 'preact/hooks'
import { Code } from '../shared/code.tsx'
import type { DialectAnswer } from './api.ts'

const words = { copy: 'Copy', copied: 'Copied' }

/** What each dialect answers, one at a time, with the line that asks the same. */
export function Answers({ answers }: { answers: DialectAnswer[] }) {
  const [chosen, setChosen] = useState(answers[0]?.dialect)
  const answer = answers.find(({ dialect }) => dialect === chosen) ?? answers[0]
  if (!answer) return null
  return (
    <section class="answers">
      <h2>What each API answers</h2>
      <fieldset class="row">
        <legend class="hidden">API</legend>
        {answers.map(({ dialect, title }) => (
          <button
            type="button"
            key={dialect}
            aria-pressed={dialect === answer.dialect}
            onClick={() => setChosen(dialect)}
          >
            {title}
          </button>
        ))}
      </fieldset>
      <p>
        <code>
          {answer.method} {answer.path}
        </code>{' '}
        <span class={`status ${answer.status < 400 ? 'good' : 'bad'}`}>{answer.status}</span>
      </p>
      <Code label="JSON answer" text={JSON.stringify(answer.body, null, 2)} words={words} />
      <Code label="The same with curl" text={answer.curl} words={words} />
      <p class="state">
        Run it in the folder of your picture, with keys of your own: <code>npx liveface keys create</code>{' '}
        makes them.
        {answer.curl.includes('YOUR_HOST') &&
          ' This API fetches pictures by URL: put them where this server can.'}
      </p>
    </section>
  )
}
