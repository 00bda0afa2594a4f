import { useState } from 'preact/hooks'
import { Heading } from '../../shared/heading.tsx'
import { fill } from '../../shared/languages.ts'
import type { Case, CaseSummary, DecisionKind } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { may } from '../shell/route.ts'
import { useShortcuts } from '../shell/shortcuts.ts'
import { Loaded } from '../shell/states.tsx'
import { useResource } from '../shell/use-resource.ts'
import { Badge } from './case-row.tsx'
import { DecisionDialog } from './decision-dialog.tsx'
import { DecisionHistory } from './decision-history.tsx'
import { Evidence } from './evidence.tsx'
import { Facts } from './facts.tsx'
import { Pairs } from './pairs.tsx'
import { RelatedCases } from './related-cases.tsx'
import { Scores } from './scores.tsx'
import { SessionPhotos } from './session-photos.tsx'
import { StoredAnswer } from './stored-answer.tsx'
import { Timeline } from './timeline.tsx'
import { Webhooks } from './webhooks.tsx'

const kinds = ['approve', 'decline', 'ask_again'] as const
const keys = { approve: 'a', decline: 'd', ask_again: 'r' } as const

/** Everything known about one check, and the decision on it. */
export function CaseView(props: {
  id: string
  backHref: string
  hrefOf: (id: string) => string
  previous: string | null
  following: string | null
  onGo: (id: string | null) => void
  onDecided: (item: CaseSummary) => void
  onHelp: () => void
}) {
  const { id, previous, following, onGo } = props
  const { api, session, texts, notify } = useConsole()
  const path = `/cases/${encodeURIComponent(id)}`
  const { resource, reload } = useResource(path, () => api.getVersioned<Case>(path))
  const [deciding, setDeciding] = useState<DecisionKind | null>(null)
  const canDecide = may(session.user.role, 'decide')
  const decide = (kind: DecisionKind) => () => {
    if (canDecide && resource.state === 'ready') setDeciding(kind)
  }

  useShortcuts({
    j: () => following && onGo(following),
    k: () => previous && onGo(previous),
    a: decide('approve'),
    d: decide('decline'),
    r: decide('ask_again'),
    Escape: () => onGo(null),
    '?': props.onHelp,
  })

  return (
    <article class="case">
      <div class="title">
        <a href={props.backHref}>{texts.case.back}</a>
        <Heading>{fill(texts.case.heading, { id })}</Heading>
        {resource.state === 'ready' && <Badge item={resource.value.value} />}
        <span class="row">
          <button type="button" class="small" disabled={!previous} onClick={() => onGo(previous)}>
            {texts.case.previous} <kbd>k</kbd>
          </button>
          <button type="button" class="small" disabled={!following} onClick={() => onGo(following)}>
            {texts.case.next} <kbd>j</kbd>
          </button>
        </span>
      </div>
      <Loaded resource={resource} onRetry={reload}>
        {({ value, version }) => (
          <>
            {canDecide && (
              <section class="decide row" aria-label={texts.decide.heading}>
                {kinds.map((kind) => (
                  <button type="button" key={kind} class={kind} onClick={decide(kind)}>
                    {texts.decide[kind]} <kbd>{keys[kind]}</kbd>
                  </button>
                ))}
              </section>
            )}
            <Sheet value={value} hrefOf={props.hrefOf} onChanged={reload} />
            {deciding && (
              <DecisionDialog
                kind={deciding}
                item={value}
                version={version}
                onClose={() => setDeciding(null)}
                onChanged={(sentence) => {
                  setDeciding(null)
                  notify(sentence)
                  reload()
                }}
                onDecided={(item) => {
                  setDeciding(null)
                  const done = fill(texts.decide.done, { decision: texts.decisions[deciding], id })
                  notify(following || previous ? done : `${done} ${texts.decide.last}`)
                  props.onDecided(item)
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </article>
  )
}

function Sheet(props: { value: Case; hrefOf: (id: string) => string; onChanged: () => void }) {
  const { value, hrefOf, onChanged } = props
  return (
    <div class="sheet">
      <Evidence item={value} />
      <div class="column">
        <Scores item={value} />
        <SessionPhotos item={value} />
        <Pairs item={value} />
        <DecisionHistory decisions={value.decisions} />
        <Facts item={value} />
        <RelatedCases named={value.named} items={value.related} hrefOf={hrefOf} />
      </div>
      <div class="column wide">
        <Timeline item={value} />
        <Webhooks deliveries={value.webhooks} onChanged={onChanged} />
        <StoredAnswer item={value} />
      </div>
    </div>
  )
}
