import { useState } from 'preact/hooks'

/** A block of text to read and to copy. */
export function Code({
  label,
  text,
  words,
}: {
  label: string
  text: string
  words: { copy: string; copied: string }
}) {
  const [copied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    await navigator.clipboard?.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <figure class="code-block">
      <figcaption>
        {label}
        <button type="button" class="small" onClick={copy}>
          <span aria-live="polite">{copied ? words.copied : words.copy}</span>
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="code" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </figure>
  )
}
