import { useId, useState } from 'preact/hooks'
import { fill } from '../../shared/languages.ts'
import { ConsoleApiError } from '../api/client.ts'
import type { Case, DecisionKind } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DialogEnd } from '../shell/dialog-end.tsx'
import { sentenceOf } from '../shell/states.tsx'

/** The reason and a comment before a case is decided: one key opens it, another decides, so that no slip does. */
export function DecisionDialog(props: {
  kind: DecisionKind
  item: Case
  version: string | null
  onClose: () => void
  /** Somebody else has changed or decided the case. */
  onChanged: (sentence: string) => void
  onDecided: (item: Case) => void
}) {
  const { kind, item, version, onClose } = props
  const { api, session, texts } = useConsole()
  const words = texts.decide
  const reasons = Object.entries(words.reasons[kind])
  const [reason, setReason] = useState(reasons[0]?.[0] ?? 'other')
  const [comment, setComment] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const commentId = useId()

  async function decide(event: Event): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    if (reason === 'other' && !comment.trim()) return setProblem(words.commentNeeded)
    setBusy(true)
    try {
      const body = { decision: kind, reason, comment: comment.trim() }
      const path = `/cases/${encodeURIComponent(item.id)}/decision`
      props.onDecided(await api.send<Case>('POST', path, body, version))
    } catch (error) {
      const sentence = sentenceOf(error as Error, texts)
      const code = error instanceof ConsoleApiError ? error.code : ''
      if (code === 'changed' || code === 'decided') return props.onChanged(sentence)
      setBusy(false)
      setProblem(sentence)
    }
  }

  /** Digits choose a reason, unless the comment is being written. */
  function press(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).tagName === 'TEXTAREA') return
    const chosen = reasons[Number(event.key) - 1]
    if (chosen) setReason(chosen[0])
  }

  return (
    <Dialog heading={words.questions[kind]} onClose={onClose}>
      <form class="decision" data-kind={kind} onSubmit={decide} onKeyDown={press}>
        <p class="quiet">{item.subject ?? item.id}</p>
        <fieldset>
          <legend>{words.reason}</legend>
          {reasons.map(([name, text], index) => (
            <label key={name} class="check">
              <input
                type="radio"
                name="reason"
                value={name}
                checked={name === reason}
                onChange={() => setReason(name)}
              />
              <kbd>{index + 1}</kbd> {text}
            </label>
          ))}
        </fieldset>
        <div class="field">
          <label for={commentId}>{words.comment}</label>
          <textarea
            id={commentId}
            rows={2}
            maxLength={1000}
            value={comment}
            onInput={({ currentTarget }) => setComment(currentTarget.value)}
          />
        </div>
        <p class="quiet">{session.fourEyes ? `${words.effect} ${words.secondEye}` : words.effect}</p>
        <DialogEnd problem={problem} onClose={onClose}>
          <button type="submit" class={`primary ${kind}`} disabled={isBusy}>
            {words[kind]} <kbd>Enter</kbd>
          </button>
        </DialogEnd>
        <p class="quiet">{fill(words.hint, { count: reasons.length })}</p>
      </form>
    </Dialog>
  )
}
