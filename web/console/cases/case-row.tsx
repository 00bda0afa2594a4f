import { fill } from '../../shared/languages.ts'
import type { CaseSummary } from '../api/types.ts'
import { useConsole } from '../shell/context.ts'
import { dialectTitle } from '../shell/dialects.ts'
import { Time } from '../shell/time.tsx'

/** One case in a list: who, where, how it was judged, and when. */
export function CaseRow({ item, href }: { item: CaseSummary; href: string }) {
  const { texts, formats } = useConsole()
  const { id, subject, dialect, client, kind, liveness, similarity, warnings, createdAt } = item
  return (
    <a class="case-row" href={href}>
      <span class="case-who">
        <strong>{subject ?? texts.queue.noSubject}</strong>
        <small>{id}</small>
      </span>
      <span class="case-where">
        {dialectTitle(dialect)}
        <small>
          {client.name} · {kind}
        </small>
      </span>
      <span class="case-scores">
        {liveness !== null && (
          <span>
            <small>{texts.queue.liveness}</small> {formats.score(liveness)}
          </span>
        )}
        {similarity !== null && (
          <span>
            <small>{texts.queue.similarity}</small> {formats.score(similarity)}
          </span>
        )}
      </span>
      <span class="case-verdict">
        <Badge item={item} />
        {warnings.length > 0 && <small>{fill(texts.queue.warnings, { count: warnings.length })}</small>}
      </span>
      <span class="case-time">
        <Time at={createdAt} short />
      </span>
    </a>
  )
}

/** The verdict, or what somebody decided instead. */
export function Badge({ item: { verdict, decision } }: { item: CaseSummary }) {
  const { texts } = useConsole()
  if (!decision) return <span class={`badge ${verdict}`}>{texts.verdicts[verdict]}</span>
  const looks = { approve: 'pass', decline: 'fail', ask_again: 'review' } as const
  return <span class={`badge ${looks[decision.decision]}`}>{texts.decisions[decision.decision]}</span>
}
