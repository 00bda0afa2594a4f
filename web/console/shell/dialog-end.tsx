import type { ComponentChildren } from 'preact'
import { useConsole } from './context.ts'

/** The end of a dialog's form: what went wrong, the buttons that go on, and the one that closes it. */
export function DialogEnd(props: { problem: string; onClose: () => void; children: ComponentChildren }) {
  const { texts } = useConsole()
  return (
    <>
      <p role="alert" class="problem">
        {props.problem}
      </p>
      <div class="row">
        {props.children}
        <button type="button" onClick={props.onClose}>
          {texts.words.cancel}
        </button>
      </div>
    </>
  )
}
