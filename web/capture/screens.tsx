import type { ComponentChildren } from 'preact'
import { Heading } from '../shared/heading.tsx'
import { fill } from '../shared/languages.ts'
import type { SessionView } from './api.ts'
import type { Texts } from './texts/index.ts'

/** A heading, what happened, and a way on where there is one. */
export function Message(props: {
  name: string
  heading: string
  body: string
  action?: string
  onAction?: () => void
  sign?: 'good' | 'bad'
  children?: ComponentChildren
}) {
  const { name, heading, body, action, onAction, sign } = props
  return (
    <section class={`message ${sign ?? ''}`} data-screen={name}>
      {sign && <Sign kind={sign} />}
      <Heading>{heading}</Heading>
      <p>{body}</p>
      {props.children}
      {action && (
        <button type="button" class="primary" part="button" onClick={onAction}>
          {action}
        </button>
      )}
    </section>
  )
}

function Sign({ kind }: { kind: 'good' | 'bad' }) {
  return (
    <svg class="sign" viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="22" />
      <path d={kind === 'good' ? 'M14 25l7 7 14-15' : 'M24 13v14M24 34v1'} />
    </svg>
  )
}

export function Welcome({ texts, onStart }: { texts: Texts; onStart: () => void }) {
  const { heading, body, tips, privacy, start } = texts.welcome
  return (
    <section class="message" data-screen="welcome">
      <Heading isFirst>{heading}</Heading>
      <p>{body}</p>
      <ul>
        {tips.map((tip) => (
          <li key={tip}>{tip}</li>
        ))}
      </ul>
      <p class="quiet">{privacy}</p>
      <button type="button" class="primary" part="button" onClick={onStart}>
        {start}
      </button>
    </section>
  )
}

/** @param isFirst the person has not asked for anything yet */
export function Loading({ texts, isFirst }: { texts: Texts; isFirst: boolean }) {
  return (
    <section class="message" data-screen="loading">
      <div class="spinner" part="spinner" aria-hidden="true" />
      <Heading isFirst={isFirst}>{texts.loading}</Heading>
    </section>
  )
}

export function Result({ texts, result }: { texts: Texts; result: NonNullable<SessionView['result']> }) {
  if (result.passed) {
    const { heading, body } = texts.passed
    return <Message name="passed" heading={heading} body={body} sign="good" />
  }
  const { failures, failed, gestures } = texts
  const gesture = result.gesture ? gestures[result.gesture] : ''
  const reason = result.failure ? fill(failures[result.failure], { gesture }) : (result.sentence ?? '')
  return (
    <Message name="failed" heading={failed.heading} body={reason} sign="bad">
      <p class="quiet">{failed.next}</p>
    </Message>
  )
}
