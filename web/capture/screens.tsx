import type { ComponentChildren } from 'preact'
import { Heading } from '../shared/heading.tsx'
import { fill } from '../shared/languages.ts'
import type { AttemptResult } from './api.ts'
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

/** @param isFirst the person has not asked for anything yet */
export function Loading({ texts, isFirst }: { texts: Texts; isFirst: boolean }) {
  return (
    <section class="message" data-screen="loading">
      <div class="spinner" part="spinner" aria-hidden="true" />
      <Heading isFirst={isFirst}>{texts.loading}</Heading>
    </section>
  )
}

/** @param leave takes the person to the caller's page; null: they stay */
export function Result(props: { texts: Texts; result: AttemptResult; leave: (() => void) | null }) {
  const { texts, result, leave } = props
  const { passed, failed } = texts
  const way = wayBack(texts, leave)
  if (result.passed)
    return <Message name="passed" heading={passed.heading} body={passed.body} sign="good" {...way} />
  return (
    <Message name="failed" heading={failed.heading} body={reasonOf(texts, result)} sign="bad" {...way}>
      {leave === null && <p class="quiet">{failed.next}</p>}
    </Message>
  )
}

/** An attempt failed, and there is another. */
export function Again(props: { texts: Texts; result: AttemptResult; onAgain: () => void }) {
  const { texts, result, onAgain } = props
  return (
    <Message
      name="again"
      heading={texts.failed.heading}
      body={reasonOf(texts, result)}
      action={texts.tryAgain}
      onAction={onAgain}
    />
  )
}

/** The button to the page that sent the person here, where one did. */
export function wayBack({ goBack }: Texts, leave: (() => void) | null) {
  return leave === null ? {} : { action: goBack, onAction: leave }
}

function reasonOf({ failures, gestures }: Texts, { failure, gesture, sentence }: AttemptResult): string {
  if (!failure) return sentence ?? ''
  return fill(failures[failure], { gesture: gesture ? gestures[gesture] : '' })
}
