/** Every route of the console, asked as every role and as nobody. The engine is a stub, which hides measuring alone. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consoleRoutes } from '../src/console/index.ts'
import { type Role, roles } from '../src/console/users.ts'
import { enter, type Person, post, testPassword } from './support/console.ts'
import { patience } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

/** Who may, by the first letter of the role; `*`: everybody signed in; `!`: after the password was given again. */
const expected: Record<string, string> = {
  'GET /session': '*',
  'POST /session': 'anybody',
  'DELETE /session': '*',
  'POST /session/confirm': '*',
  'PATCH /session/user': '*',
  'POST /passkeys/challenge': 'anybody',
  'POST /session/passkey': 'anybody',
  'POST /session/confirm/passkey': '*',
  'GET /openid': 'anybody',
  'GET /openid/start': 'anybody',
  'GET /openid/callback': 'anybody',
  'GET /openid/sign-out': 'anybody',
  'GET /passkeys': '*',
  'POST /passkeys/offer': '*!',
  'POST /passkeys': '*',
  'DELETE /passkeys/:id': '*!',
  'POST /totp': '*!',
  'PUT /totp': '*',
  'DELETE /totp': '*!',
  'GET /cases': '*',
  'GET /cases/counts': '*',
  'GET /cases/:id': '*',
  'GET /cases/:id/pictures/:pictureId': 'ar',
  'POST /cases/:id/decision': 'ar',
  'GET /audit': 'au',
  'GET /audit/verification': 'au',
  'GET /overview': 'adu',
  'GET /settings': 'a',
  'GET /health-findings': 'a',
  'GET /clients': '*',
  'PATCH /clients/:id': 'a!',
  'GET /webhook-destinations': 'ad',
  'POST /webhook-destinations': 'ad!',
  'PATCH /webhook-destinations/:id': 'ad!',
  'DELETE /webhook-destinations/:id': 'ad!',
  'POST /webhook-destinations/:id/test': 'ad',
  'GET /people': 'aru',
  'POST /people/search': 'ar',
  'POST /people/export': 'au!',
  'POST /people/erase': 'a!',
  'GET /keys': 'ad',
  'POST /keys': 'ad!',
  'POST /keys/:id/rotate': 'ad!',
  'DELETE /keys/:id': 'ad!',
  'POST /webhooks/:deliveryId/redeliver': 'ad',
  'GET /users': 'a',
  'POST /users': 'a!',
  'PATCH /users/:id': 'a!',
  'DELETE /users/:id': 'a!',
}
const letters: Record<Role, string> = { administrator: 'a', reviewer: 'r', developer: 'd', auditor: 'u' }

let server: TestServer
const people = new Map<Role, Person>()
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine(), settings: { LIVEFACE_RATE_PER_IP: '100000' } })
  for (const role of roles) people.set(role, await enter(server, role))
}, patience.hook)
afterAll(() => server.stop())

async function codeOf(response: Response): Promise<string> {
  const text = await response.text()
  return response.headers.get('content-type')?.startsWith('application/problem+json')
    ? JSON.parse(text).code
    : ''
}
const ask = (person: Person | null, method: string, url: string) => {
  const path = `/console/api${url.replace(/:\w+/g, 'none')}`
  if (person) return person.ask(method, path.slice('/console/api'.length))
  return fetch(server.url + path, { method })
}

it('every route stands in the table of this test', () => {
  expect(consoleRoutes.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(
    Object.keys(expected).toSorted(),
  )
})

const refused = ['signed_out', 'csrf', 'forbidden', 'confirm_required']
const split = (name: string) => name.split(' ') as [method: string, url: string]
const closed = Object.entries(expected).filter(([, who]) => who !== 'anybody')

it.each(closed)('%s is closed to nobody, and to who forgets the token', async (name) => {
  const [method, url] = split(name)
  expect(await codeOf(await ask(null, method, url))).toBe('signed_out')
  if (method === 'GET') return
  const { cookie } = people.get('administrator')!
  const path = `${server.url}/console/api${url.replace(/:\w+/g, 'none')}`
  for (const headers of [{ cookie }, { cookie, 'x-csrf-token': 'x' }]) {
    expect(await codeOf(await fetch(path, { method, headers }))).toBe('csrf')
  }
})

// Signing out would end the session that the other tests use.
const kept = Object.entries(expected).filter(([name]) => name !== 'DELETE /session')

it.each(kept)('%s is open to the right ones: %s', async (name, who) => {
  const [method, url] = split(name)
  for (const role of roles) {
    const code = await codeOf(await ask(people.get(role)!, method, url))
    const may = who === 'anybody' || who.startsWith('*') || who.includes(letters[role])
    if (!may) expect([role, code]).toEqual([role, 'forbidden'])
    else if (who.endsWith('!')) expect([role, code]).toEqual([role, 'confirm_required'])
    else expect(refused).not.toContain(code)
  }
})

it.each(['http://receiver.example/hook', 'https://10.0.0.1/hook', 'https://[::1]/hook'])(
  'no webhook is sent to %s',
  async (url) => {
    const email = `${new URL(url).protocol.slice(0, -1)}-${url.length}@example.org`
    const developer = await enter(server, 'developer', { email })
    await developer.confirm()
    const named = { name: url, dialect: 'didit', environment: 'production' } as const
    const { id } = await server.services.clients.create(named)
    const body = { client: id, url, events: ['status.updated'] }
    expect(await codeOf(await developer.ask('POST', '/webhook-destinations', body))).toBe('address_refused')
  },
)

// The last one: from then on nobody signs in for a minute.
it('no more than twenty sign-ins a minute come from one address', async () => {
  const { email } = people.get('auditor')!
  const answers: Response[] = []
  for (let i = 0; i < 21; i++) answers.push(await post(server, '/session', { email, password: testPassword }))
  const refused = answers.at(-1)!
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await codeOf(refused)).toBe('slow_down')
})
