import { useState } from 'preact/hooks'
import type { DialectAnswer } from './api.ts'

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
      <Code label="JSON answer" text={JSON.stringify(answer.body, null, 2)} />
      <Code label="The same with curl" text={answer.curl} />
    </section>
  )
}

function Code({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    await navigator.clipboard?.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <figure>
      <figcaption>
        {label}
        <button type="button" class="small" onClick={copy}>
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="code" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </figure>
  )
}
