/** Accounts, kept by administrators. */
import { z } from 'zod'
import { isoTime } from '../iso-time.ts'
import { name, nothing, password } from './account-routes.ts'
import { ConsoleError } from './errors.ts'
import { route } from './route.ts'
import type { ConsoleServices } from './services.ts'
import { languages, roles, type User } from './users.ts'

const administrators = ['administrator'] as const
const clients = z.array(z.string().max(64)).max(100).nullable().describe('Ids; null: every client.')

const userAnswer = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(roles),
    clients,
    language: z.enum(languages),
    totp: z.boolean(),
    passkeys: z.number(),
    atProvider: z
      .boolean()
      .describe('Signs in at the OpenID Connect provider, which gives it role and clients.'),
    locked: z
      .boolean()
      .describe('Wrong passwords or codes have been refused or slowed in the last quarter of an hour.'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' })

async function toAnswers(
  users: readonly User[],
  { attempts, passkeys }: Pick<ConsoleServices, 'attempts' | 'passkeys'>,
) {
  const locked = await attempts.locked(users)
  const counts = await passkeys.count(users.map(({ id }) => id))
  return users.map((user) => ({
    ...user,
    passkeys: counts.get(user.id) ?? 0,
    locked: locked.has(user.id),
    createdAt: isoTime(user.createdAt),
  }))
}

export const userRoutes = [
  route({
    method: 'GET',
    url: '/users',
    name: 'list-users',
    summary: 'Every account.',
    tag: 'Users',
    roles: administrators,
    answer: z.object({ items: z.array(userAnswer), nextCursor: z.null() }),
    handle: async ({ services }) => ({
      items: await toAnswers(await services.users.list(), services),
      nextCursor: null,
    }),
  }),
  route({
    method: 'POST',
    url: '/users',
    name: 'create-user',
    summary: 'Make an account.',
    tag: 'Users',
    roles: administrators,
    confirm: true,
    body: z.object({ email: z.email().max(254), name, role: z.enum(roles), clients, password }),
    answer: userAnswer,
    status: 201,
    handle: async ({ body, actor, services }) =>
      (await toAnswers([await services.users.create(body, actor)], services))[0],
  }),
  route({
    method: 'PATCH',
    url: '/users/:id',
    name: 'change-user',
    summary:
      'Change an account. A new password ends its sessions; `totp: false` takes its second factor away, ' +
      '`passkeys: false` its passkeys; `locked: false` forgets wrong passwords and codes.',
    tag: 'Users',
    roles: administrators,
    confirm: true,
    body: z.object({
      name: name.optional(),
      role: z.enum(roles).optional(),
      clients: clients.optional(),
      password: password.optional(),
      totp: z.literal(false).optional(),
      passkeys: z.literal(false).optional(),
      locked: z.literal(false).optional(),
    }),
    answer: userAnswer,
    async handle({ params: { id = '' }, body, actor, services }) {
      const { users, attempts } = services
      const own = body.role !== undefined || body.clients !== undefined || body.password !== undefined
      if (own && (await users.find(id))?.atProvider) throw new ConsoleError('at_provider')
      const { password: given, totp, passkeys, locked, ...change } = body
      const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const changed =
        Object.keys(defined).length > 0 ? await users.change(id, defined, actor) : await users.find(id)
      if (!changed) throw new ConsoleError('not_found')
      if (given !== undefined) await users.setPassword(id, given, actor)
      if (totp === false) await users.forgetTotp(id, actor)
      if (passkeys === false) await services.passkeys.forget(id, actor)
      if (given !== undefined || locked === false) await attempts.reset(changed, actor)
      return (await toAnswers([(await users.find(id)) ?? changed], services))[0]
    },
  }),
  route({
    method: 'DELETE',
    url: '/users/:id',
    name: 'remove-user',
    summary: 'Delete an account and end its sessions. What it decided stays.',
    tag: 'Users',
    roles: administrators,
    confirm: true,
    answer: nothing,
    status: 204,
    async handle({ params: { id = '' }, actor, services: { users } }) {
      if (!(await users.remove(id, actor))) throw new ConsoleError('not_found')
    },
  }),
]
