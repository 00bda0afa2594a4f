import { useRef, useState } from 'preact/hooks'
import { Heading } from '../shared/heading.tsx'
import type { Welcome as Welcoming } from './api.ts'
import type { Texts } from './texts/index.ts'

/** What the person reads first, and agrees to where there is a text for it. */
export function Welcome(props: { texts: Texts; consent: Welcoming['consent']; onStart: () => void }) {
  const { texts, consent, onStart } = props
  const { heading, body, tips, privacy, start } = texts.welcome
  const box = useRef<HTMLInputElement>(null)
  const [isReminded, remind] = useState(false)
  function begin(): void {
    if (box.current?.checked === false) {
      remind(true)
      box.current.focus()
    } else onStart()
  }
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
      {consent && (
        <div class="consent" part="consent">
          <p dir="auto">{consent.text}</p>
          <label>
            <input ref={box} type="checkbox" required onChange={() => remind(false)} />
            <span>{texts.welcome.agree}</span>
          </label>
          <p class="reminder" role="alert">
            {isReminded && texts.welcome.agreeFirst}
          </p>
        </div>
      )}
      <button type="button" class="primary" part="button" onClick={begin}>
        {start}
      </button>
    </section>
  )
}
