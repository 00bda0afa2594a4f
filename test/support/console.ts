/** People at the console of a started server. */
import { createPasswords } from '../../src/console/passwords.ts'
import { createUsers, type Role } from '../../src/console/users.ts'
import type { TestServer } from './server.ts'

/** Of hashing where it is not what is tested. */
export const cheapCost = { N: 2, r: 1, p: 1, maxmem: 64 * 2 ** 20 }

export const testPassword = 'correct horse battery'

export interface Person {
  id: string
  email: string
  cookie: string
  csrf: string
  /** Asks below /console/api, with cookie and token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** Gives the password once more. */
  confirm(): Promise<void>
}

/** Makes an account, by the code of `liveface users create`. @returns its id */
export async function makeUser(
  server: TestServer,
  role: Role,
  { email = `${role}@example.org`, clients = null }: { email?: string; clients?: string[] | null } = {},
): Promise<string> {
  const { database, audit } = server.services
  const users = createUsers(database, createPasswords({ cost: cheapCost }), audit.append)
  return (await users.create({ email, name: role, role, clients, password: testPassword }, 'operator')).id
}

export function post(server: TestServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${server.url}/console/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf(response: Response): string {
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** Signs in who has an account. */
export async function signIn(server: TestServer, email: string, password = testPassword): Promise<Person> {
  const response = await post(server, '/session', { email, password })
  if (response.status !== 200) throw new Error(`${email} is not signed in: ${await response.text()}`)
  const cookie = cookieOf(response)
  const { csrfToken: csrf, user } = (await response.json()) as { csrfToken: string; user: { id: string } }
  const person: Person = {
    id: user.id,
    email,
    cookie,
    csrf,
    ask(method, path, body, headers = {}) {
      const isForm = body instanceof FormData
      const json = isForm || body === undefined ? {} : { 'content-type': 'application/json' }
      return fetch(`${server.url}/console/api${path}`, {
        method,
        headers: { cookie, 'x-csrf-token': csrf, ...json, ...headers },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
      })
    },
    async confirm() {
      const answer = await person.ask('POST', '/session/confirm', { password })
      if (answer.status !== 200) throw new Error(`Not confirmed: ${await answer.text()}`)
    },
  }
  return person
}

/** Makes an account and signs in. */
export async function enter(server: TestServer, role: Role, options: Parameters<typeof makeUser>[2] = {}) {
  await makeUser(server, role, options)
  return signIn(server, options.email ?? `${role}@example.org`)
}
