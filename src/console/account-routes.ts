/** Signing in and out, and what users change about themselves. */
import { z } from 'zod'
import { isoTime } from '../iso-time.ts'
import { ConsoleError } from './errors.ts'
import { type Asked, route } from './route.ts'
import type { ConsoleSession } from './sessions.ts'
import { userAct } from './user-act.ts'
import { languages, passwordLength, roles, type User } from './users.ts'

export const password = z.string().min(passwordLength.minimum).max(passwordLength.maximum)
/** Of one who signs in: a shorter one is as wrong as any other. */
const guess = z.string().max(passwordLength.maximum)
const email = z.string().max(254)
export const name = z.string().trim().min(1).max(100)

export const sessionAnswer = z
  .object({
    user: z.object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      role: z.enum(roles),
      language: z.enum(languages),
      clients: z.array(z.string()).nullable().describe('Ids of the clients that the user sees; null: all.'),
      totp: z.boolean(),
      passkeys: z.number(),
      atProvider: z.boolean().describe('Signs in at the OpenID Connect provider, and has no password here.'),
    }),
    csrfToken: z.string().describe('For the header x-csrf-token.'),
    confirmedUntil: z.iso.datetime().nullable(),
    fourEyes: z.boolean().describe('A decision counts once a second person agrees.'),
  })
  .meta({ id: 'Session' })

export const nothing = z.null().describe('Done.')

async function toAnswer(
  session: ConsoleSession,
  { services: { config, passkeys } }: Pick<Asked<unknown, unknown>, 'services'>,
) {
  const { createdAt: _, ...user } = session.user
  const counts = await passkeys.count([user.id])
  return {
    user: { ...user, passkeys: counts.get(user.id) ?? 0 },
    csrfToken: session.csrfToken,
    confirmedUntil: session.confirmedUntil && isoTime(session.confirmedUntil),
    fourEyes: config.console.fourEyes,
  }
}

/** The session as it is now. @throws ConsoleError signed_out */
export async function currentSession(asked: Pick<Asked<unknown, unknown>, 'services' | 'request'>) {
  const session = await asked.services.sessions.find(asked.request)
  if (!session) throw new ConsoleError('signed_out')
  return toAnswer(session, asked)
}

export const accountRoutes = [
  route({
    method: 'GET',
    url: '/session',
    name: 'get-session',
    summary: 'Who is signed in.',
    tag: 'Account',
    roles,
    answer: sessionAnswer,
    handle: currentSession,
  }),
  route({
    method: 'POST',
    url: '/session',
    name: 'sign-in',
    summary: 'Sign in. Sets the cookie of a new session.',
    tag: 'Account',
    roles: 'anybody',
    body: z.object({ email, password: guess, code: z.string().max(20).optional() }),
    answer: sessionAnswer,
    async handle(asked) {
      const { body, request, reply, services } = asked
      takeSignIn(asked)
      const user = await services.signIn.signIn(body, request.ip)
      await services.sessions.begin(request, reply, user.id)
      await note(asked, user.id, 'session.begun')
      return currentSession(asked)
    },
  }),
  route({
    method: 'DELETE',
    url: '/session',
    name: 'sign-out',
    summary: 'Sign out.',
    tag: 'Account',
    roles,
    answer: nothing,
    status: 204,
    handle: ({ request, reply, services }) => services.sessions.end(request, reply),
  }),
  route({
    method: 'POST',
    url: '/session/confirm',
    name: 'confirm-session',
    summary: 'Give the password once more: for five minutes the acts that ask for it are open.',
    tag: 'Account',
    roles,
    body: z.object({ password: guess }),
    answer: sessionAnswer,
    async handle(asked) {
      await asked.services.signIn.confirm(asked.user, asked.body.password)
      await asked.services.sessions.confirm(asked.session)
      return currentSession(asked)
    },
  }),
  route({
    method: 'PATCH',
    url: '/session/user',
    name: 'change-own-user',
    summary: 'Change your name, language or password. A new password ends your other sessions.',
    tag: 'Account',
    roles,
    body: z.object({
      name: name.optional(),
      language: z.enum(languages).optional(),
      password: z.object({ old: guess, new: password }).optional(),
    }),
    answer: sessionAnswer,
    async handle(asked) {
      const { user, session, body, actor, services } = asked
      if (body.password) {
        await services.signIn.confirm(user, body.password.old)
        await services.users.setPassword(user.id, body.password.new, actor, session.digest)
      }
      const change = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.language === undefined ? {} : { language: body.language }),
      }
      if (Object.keys(change).length > 0) await services.users.change(user.id, change, actor)
      return currentSession(asked)
    },
  }),
  route({
    method: 'POST',
    url: '/totp',
    name: 'offer-totp',
    summary: 'A secret for an authenticator app. It counts once PUT /totp brings its first code.',
    tag: 'Account',
    roles,
    confirm: true,
    answer: z.object({ secret: z.string(), uri: z.string().describe('otpauth://..., for a QR code.') }),
    handle({ user, services }) {
      requireOwnSignIn(user)
      return services.totp.offer(user.id, user.email)
    },
  }),
  route({
    method: 'PUT',
    url: '/totp',
    name: 'accept-totp',
    summary: 'From now on a code is asked for beside the password.',
    tag: 'Account',
    roles,
    body: z.object({ code: z.string().max(20) }),
    answer: nothing,
    status: 204,
    async handle(asked) {
      const { user, body, services } = asked
      if (!(await services.totp.accept(user.id, body.code))) throw new ConsoleError('invalid_credentials')
      await note(asked, user.id, 'user.totp_set')
    },
  }),
  route({
    method: 'DELETE',
    url: '/totp',
    name: 'remove-totp',
    summary: 'Ask for no code any more.',
    tag: 'Account',
    roles,
    confirm: true,
    answer: nothing,
    status: 204,
    handle: ({ user, actor, services }) => services.users.forgetTotp(user.id, actor),
  }),
]

/** What opens an account here would go on to, when its provider no longer did. @throws ConsoleError at_provider */
export function requireOwnSignIn({ atProvider }: Pick<User, 'atProvider'>): void {
  if (atProvider) throw new ConsoleError('at_provider')
}

/** From one address: a password is a hash, of which there is one at a time, and a challenge is a row. */
const signInsPerMinute = 20

/** @throws ConsoleError slow_down */
export function takeSignIn({
  request,
  services,
}: Pick<Asked<unknown, unknown>, 'request' | 'services'>): void {
  const { allowed, retryAfter } = services.rateLimits.take(`console-sign-in/${request.ip}`, signInsPerMinute)
  if (!allowed) throw new ConsoleError('slow_down', { retryAfter })
}

/** Writes down what a user did about themselves. */
export async function note(
  { services: { database, audit } }: Pick<Asked<unknown, unknown>, 'services'>,
  userId: string,
  action: string,
  details: Record<string, unknown> = {},
): Promise<void> {
  const entry = userAct(`console:${userId}`, action, userId, details)
  await database.transaction().execute((transaction) => audit.append(transaction, entry))
}
