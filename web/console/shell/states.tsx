/** What is shown while something is loaded, when that failed, and when there is nothing. */
import type { ComponentChildren } from 'preact'
import { fill } from '../../shared/languages.ts'
import { ConsoleApiError } from '../api/client.ts'
import type { Texts } from '../texts/index.ts'
import { useConsole } from './context.ts'
import type { Resource } from './use-resource.ts'

export function Loading({ texts }: { texts: Texts }) {
  return (
    <p class="state" role="status">
      <span class="spinner" aria-hidden="true" />
      {texts.words.loading}
    </p>
  )
}

export function Failed({ texts, error, onRetry }: { texts: Texts; error: Error; onRetry?: () => void }) {
  return (
    <div class="state notice" role="alert">
      <p>{sentenceOf(error, texts)}</p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          {texts.words.retry}
        </button>
      )}
    </div>
  )
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="state empty">{children}</div>
}

/** The states of a resource, and what is made of it once it is there. */
export function Loaded<T>(props: {
  resource: Resource<T>
  onRetry?: () => void
  children: (value: T) => ComponentChildren
}) {
  const { texts } = useConsole()
  const { resource, onRetry, children } = props
  if (resource.state === 'loading') return <Loading texts={texts} />
  if (resource.state === 'failed') {
    return <Failed texts={texts} error={resource.error} {...(onRetry ? { onRetry } : {})} />
  }
  return <>{children(resource.value)}</>
}

/** A failure in the viewer's language; what the server says where the texts know no sentence for its code. */
export function sentenceOf(error: Error, texts: Texts): string {
  if (!(error instanceof ConsoleApiError)) return texts.errors.internal
  const { code, status, message, retryAfter } = error
  if (Object.hasOwn(texts.errors, code)) {
    return fill(texts.errors[code as keyof Texts['errors']], { seconds: retryAfter ?? 1 })
  }
  if (status === 404) return texts.errors.not_found
  return status > 0 && status < 500 && message !== code ? message : texts.errors.internal
}
