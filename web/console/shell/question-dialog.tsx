import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useConsole } from './context.ts'
import { Dialog } from './dialog.tsx'
import { DialogEnd } from './dialog-end.tsx'
import { sentenceOf } from './states.tsx'

/** Asks before something is done that is hard to undo, and says why when it fails. */
export function QuestionDialog(props: {
  question: string
  action: string
  isReady?: boolean
  onAct: () => Promise<void>
  onClose: () => void
  children?: ComponentChildren
}) {
  const { texts } = useConsole()
  const [problem, setProblem] = useState('')
  const [isBusy, setBusy] = useState(false)

  async function act(event: Event): Promise<void> {
    event.preventDefault()
    setBusy(true)
    try {
      await props.onAct()
      props.onClose()
    } catch (error) {
      setProblem(sentenceOf(error as Error, texts))
      setBusy(false)
    }
  }

  return (
    <Dialog heading={props.question} onClose={props.onClose}>
      <form onSubmit={act}>
        {props.children}
        <DialogEnd problem={problem} onClose={props.onClose}>
          <button type="submit" class="danger" disabled={isBusy || props.isReady === false}>
            {props.action}
          </button>
        </DialogEnd>
      </form>
    </Dialog>
  )
}
