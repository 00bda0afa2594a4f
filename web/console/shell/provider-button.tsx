import { goToProvider } from '../api/openid.ts'
import type { Texts } from '../texts/index.ts'

/** Leaves for the OpenID Connect provider, to sign in there. */
export function ProviderButton({ texts, confirm = false }: { texts: Texts; confirm?: boolean }) {
  return (
    <button type="button" class={confirm ? 'primary' : ''} onClick={() => goToProvider(confirm)}>
      {confirm ? texts.provider.confirm : texts.provider.use}
    </button>
  )
}

/** What the provider, or the server after it, has refused; by the code in the address. */
export function providerProblem(code: string | null, texts: Texts): string {
  if (code === null) return ''
  const { problems } = texts.provider
  return Object.hasOwn(problems, code) ? problems[code as keyof typeof problems] : problems.provider_refused
}
