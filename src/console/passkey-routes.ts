/** Passkeys: signing in with one, giving one in place of the password, and what users do about their own. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { isoTime } from '../iso-time.ts'
import { baseUrlOf } from '../receive/base-url.ts'
import {
  currentSession,
  name,
  note,
  nothing,
  requireOwnSignIn,
  sessionAnswer,
  takeSignIn,
} from './account-routes.ts'
import { ConsoleError } from './errors.ts'
import type { Passkey } from './passkeys.ts'
import { type Asked, route } from './route.ts'
import { roles } from './users.ts'

/** No longer than a path takes: who adds a passkey must be able to remove it. */
const id = z.string().regex(/^[\w-]{1,200}$/)
/** What browsers make of a credential; the rest of it is the library's to check. */
const credential = z
  .looseObject({ id, response: z.looseObject({ clientDataJSON: z.string() }) })
  .describe('`toJSON()` of what `navigator.credentials` gave.')
const used = credential.transform((given) => given as unknown as AuthenticationResponseJSON)
const made = credential.transform((given) => given as unknown as RegistrationResponseJSON)

const passkeyAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' })

const options = z.looseObject({ challenge: z.string() }).describe('For `navigator.credentials`.')

function toAnswer({ createdAt, usedAt, ...passkey }: Passkey): z.infer<typeof passkeyAnswer> {
  return { ...passkey, createdAt: isoTime(createdAt), usedAt: usedAt === null ? null : isoTime(usedAt) }
}

/** As the browser names the console: passkeys are made for it, and sign for nothing else. */
function originOf({ request, services }: Pick<Asked<unknown, unknown>, 'request' | 'services'>): string {
  return new URL(baseUrlOf(request, services.config)).origin
}

export const passkeyRoutes = [
  route({
    method: 'POST',
    url: '/passkeys/challenge',
    name: 'challenge-passkey',
    summary: 'What a passkey must sign, to sign in or to confirm. Answered once, within five minutes.',
    tag: 'Account',
    roles: 'anybody',
    answer: options,
    async handle(asked) {
      takeSignIn(asked)
      return asked.services.passkeys.challenge(originOf(asked))
    },
  }),
  route({
    method: 'POST',
    url: '/session/passkey',
    name: 'sign-in-with-passkey',
    summary: 'Sign in with a passkey alone. Sets the cookie of a new session.',
    tag: 'Account',
    roles: 'anybody',
    body: z.object({ credential: used }),
    answer: sessionAnswer,
    async handle(asked) {
      const { body, request, reply, services } = asked
      takeSignIn(asked)
      const user = await services.users.find(await services.passkeys.use(body.credential, originOf(asked)))
      if (!user) throw new ConsoleError('invalid_credentials')
      await services.attempts.succeed(user.email, request.ip)
      await services.sessions.begin(request, reply, user.id)
      await note(asked, user.id, 'session.begun', { by: 'passkey' })
      return currentSession(asked)
    },
  }),
  route({
    method: 'POST',
    url: '/session/confirm/passkey',
    name: 'confirm-session-with-passkey',
    summary: 'Give a passkey in place of the password, for the acts that ask for it.',
    tag: 'Account',
    roles,
    body: z.object({ credential: used }),
    answer: sessionAnswer,
    async handle(asked) {
      const { body, user, session, services } = asked
      const owner = await services.passkeys.use(body.credential, originOf(asked))
      if (owner !== user.id) throw new ConsoleError('invalid_credentials')
      await services.sessions.confirm(session)
      return currentSession(asked)
    },
  }),
  route({
    method: 'GET',
    url: '/passkeys',
    name: 'list-passkeys',
    summary: 'Your passkeys, oldest first.',
    tag: 'Account',
    roles,
    answer: z.object({ items: z.array(passkeyAnswer), nextCursor: z.null() }),
    handle: async ({ user, services }) => ({
      items: (await services.passkeys.list(user.id)).map(toAnswer),
      nextCursor: null,
    }),
  }),
  route({
    method: 'POST',
    url: '/passkeys/offer',
    name: 'offer-passkey',
    summary: 'What an authenticator needs to make a passkey. It counts once POST /passkeys brings it.',
    tag: 'Account',
    roles,
    confirm: true,
    answer: options,
    handle(asked) {
      requireOwnSignIn(asked.user)
      return asked.services.passkeys.offer(asked.user, originOf(asked))
    },
  }),
  route({
    method: 'POST',
    url: '/passkeys',
    name: 'add-passkey',
    summary: 'Add the passkey that was made for an offer.',
    tag: 'Account',
    roles,
    body: z.object({ name, credential: made }),
    answer: passkeyAnswer,
    status: 201,
    async handle(asked) {
      const { user, body, services } = asked
      return toAnswer(await services.passkeys.add(user, body.name, body.credential, originOf(asked)))
    },
  }),
  route({
    method: 'DELETE',
    url: '/passkeys/:id',
    name: 'remove-passkey',
    summary: 'Remove one of your passkeys, and end your other sessions. It opens nothing from now on.',
    tag: 'Account',
    roles,
    confirm: true,
    answer: nothing,
    status: 204,
    async handle({ params: { id = '' }, user, actor, session, services }) {
      if (!(await services.passkeys.remove(user.id, id, actor, session.digest)))
        throw new ConsoleError('not_found')
    },
  }),
]
