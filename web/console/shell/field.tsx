import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface InputProps {
  type?: 'text' | 'email' | 'password' | 'search' | 'date'
  name?: string
  autocomplete?: 'off' | 'name' | 'username' | 'current-password' | 'new-password' | 'one-time-code'
  inputMode?: 'numeric' | 'url'
  pattern?: string
  minLength?: number
  required?: boolean
}

/** A labelled line of text, with a hint that screen readers read too. */
export function Field(
  props: InputProps & { label: string; hint?: string; value: string; onInput: (value: string) => void },
) {
  const { label, hint, value, onInput, ...input } = props
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        // Preact has one type for each kind of input, and none for whichever it is.
        {...(input as { type?: 'text' })}
        id={id}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
      />
      {hint && (
        <small id={`${id}-hint`} class="quiet">
          {hint}
        </small>
      )}
    </div>
  )
}

/** A labelled box to tick. */
export function Tick(props: {
  isTicked: boolean
  onChange: (isTicked: boolean) => void
  children: ComponentChildren
}) {
  const { isTicked, onChange, children } = props
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isTicked}
        onChange={({ currentTarget: { checked } }) => onChange(checked)}
      />
      {children}
    </label>
  )
}

/** A labelled choice. */
export function Choice(props: {
  label: string
  value: string
  onChange: (value: string) => void
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
      >
        {props.children}
      </select>
    </div>
  )
}
