/** Signing in, confirming and signing out at the OpenID Connect provider: pages that send the browser on. */
import { z } from 'zod'
import { baseUrlOf } from '../receive/base-url.ts'
import { note, nothing, takeSignIn } from './account-routes.ts'
import { ConsoleError } from './errors.ts'
import { type Asked, route } from './route.ts'

type Asking = Pick<Asked<unknown, unknown>, 'request' | 'reply' | 'services'>

const elsewhere = nothing.describe('The browser is sent on.')

/** @throws ConsoleError not_found where no provider is set */
function signInOf({ services }: Pick<Asking, 'services'>) {
  if (!services.openId) throw new ConsoleError('not_found')
  return services.openId
}

const consoleUrl = ({ request, services }: Asking) => `${baseUrlOf(request, services.config)}/console`
const redirectUri = (asked: Asking) => `${consoleUrl(asked)}/api/openid/callback`

/** Sends the browser on; back to the console, which has a sentence for the error's code, where something was refused. */
async function sendOn({ request, reply }: Asking, work: () => Promise<string>): Promise<void> {
  const url = await work().catch((error) => {
    if (!(error instanceof ConsoleError)) throw error
    const { code, cause } = error
    // The name of the fault alone: a message may quote what the browser, or the provider, sent.
    const { code: reason, name } = (cause ?? {}) as { code?: string; name?: string }
    request.log.warn({ code, reason: reason ?? name }, 'a sign-in at the provider was refused')
    return `/console?openid=${code}`
  })
  reply.redirect(url, 303)
}

export const openIdRoutes = [
  route({
    method: 'GET',
    url: '/openid',
    name: 'get-openid',
    summary: 'Whether people sign in at an OpenID Connect provider too.',
    tag: 'Account',
    roles: 'anybody',
    answer: z.object({ enabled: z.boolean() }),
    handle: ({ services }) => ({ enabled: services.openId !== null }),
  }),
  route({
    method: 'GET',
    url: '/openid/start',
    name: 'start-openid',
    summary:
      'Sends the browser to the provider, to sign in; with `confirm`, to sign in there once more, in place of the password.',
    tag: 'Account',
    roles: 'anybody',
    query: z.object({ confirm: z.literal('true').optional() }),
    answer: elsewhere,
    status: 303,
    handle(asked) {
      const { provider, ways } = signInOf(asked)
      return sendOn(asked, async () => {
        takeSignIn(asked)
        // A page elsewhere would change, unseen, who is signed in here.
        if (asked.request.headers['sec-fetch-site'] === 'cross-site') return '/console'
        const session = asked.query.confirm ? await asked.services.sessions.find(asked.request) : null
        if (asked.query.confirm && !session) return '/console'
        // Ended now: on the way back from the provider the browser leaves its cookie out, as it is Strict.
        if (!session) await asked.services.sessions.end(asked.request, asked.reply)
        const { url, way } = await provider.begin(redirectUri(asked), session !== null)
        await ways.begin(asked.request, asked.reply, { ...way, session: session?.digest ?? null })
        return url.href
      })
    },
  }),
  route({
    method: 'GET',
    url: '/openid/callback',
    name: 'finish-openid',
    summary: 'Where the provider sends the browser back. Sets the cookie of a new session.',
    tag: 'Account',
    roles: 'anybody',
    query: z.looseObject({ state: z.string().optional() }),
    answer: elsewhere,
    status: 303,
    handle(asked) {
      const { provider, ways, accounts } = signInOf(asked)
      const { request, reply, query, services } = asked
      return sendOn(asked, async () => {
        const way = await ways.end(request, reply, query.state)
        if (!way) throw new ConsoleError('provider_refused')
        const url = new URL(redirectUri(asked))
        url.search = new URL(request.raw.url ?? '', url).search
        const user = await accounts.admit(
          await provider.finish(url, way, way.session === null ? null : way.begunAt),
        )
        if (way.session === null) {
          await services.sessions.begin(request, reply, user.id)
          await note(asked, user.id, 'session.begun', { by: 'openid' })
        } else {
          const owner = await services.sessions.ownerOf(way.session)
          if (owner !== user.id) throw new ConsoleError('provider_refused')
          await services.sessions.confirm({ digest: way.session })
        }
        return '/console'
      })
    },
  }),
  route({
    method: 'GET',
    url: '/openid/sign-out',
    name: 'sign-out-openid',
    summary:
      'Sends the browser to where it signs out of the provider. The session here is ended by DELETE /session.',
    tag: 'Account',
    roles: 'anybody',
    answer: elsewhere,
    status: 303,
    handle(asked) {
      const { provider } = signInOf(asked)
      return sendOn(asked, async () => (await provider.signOutUrl(consoleUrl(asked)))?.href ?? '/console')
    },
  }),
]
