/**
 * A real provider, asked over HTTP as a browser would. The engine is a stub, and nobody is told to wait: this hides checks,
 * of which none is made here, and the limit of sign-ins a minute, which console-roles.test.ts holds.
 */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeUser } from './support/console.ts'
import { CookieJar } from './support/cookie-jar.ts'
import { startOpenIdProvider, type TestProvider } from './support/openid-provider.ts'
import { patience } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

let provider: TestProvider
let server: TestServer
/** Before the provider answered. */
let whileAway = ''

const start = (jar: CookieJar, query = '') => jar.ask(`${server.url}/console/api/openid/start${query}`)
const to = (response: Response) => response.headers.get('location') ?? ''

beforeAll(async () => {
  provider = await startOpenIdProvider()
  await provider.goAway()
  server = await startTestServer({
    engine: stubEngine(),
    settings: { ...provider.settings, LIVEFACE_RATE_PER_IP: '100000' },
  })
  await makeUser(server, 'administrator', { email: 'first@example.org' })
  whileAway = to(await start(new CookieJar()))
  await provider.expect(`${server.url}/console`)
  await provider.comeBack()
}, patience.hook)
afterAll(async () => {
  await server?.stop()
  await provider?.stop()
})

beforeEach(() => {
  provider.forge = null
  // Many sign in here within one minute.
  server.services.rateLimits.take = () => ({ allowed: true, retryAfter: 0 }) as never
  provider.people.set('asha', {
    email: 'asha@example.org',
    name: 'Asha',
    groups: ['officers', 'leads-of-others'],
  })
  provider.people.set('lena', { email: 'lena@example.org', name: 'Lena', groups: ['leads', 'officers'] })
})

/** Goes through the provider's pages. @returns the address at which it sends the browser back */
async function signInThere(jar: CookieJar, first: string, login: string): Promise<string> {
  let url = first
  for (let page = 0; page < 10; page++) {
    if (url.startsWith(`${server.url}/`)) return url
    const response = await jar.ask(url)
    if (response.status >= 300 && response.status < 400) {
      url = new URL(to(response), url).href
      continue
    }
    const html = await response.text()
    const body = new URLSearchParams({ prompt: 'login', login, password: 'any' })
    const [, action = url] = /action="([^"]+)"/.exec(html) ?? []
    url = new URL(to(await jar.ask(action, { method: 'POST', body })), url).href
  }
  throw new Error(`The provider sends nobody back: ${url}`)
}

/** The whole way. @returns where the browser ends */
async function signIn(
  login: string,
  jar = new CookieJar(),
  query = '',
): Promise<{ jar: CookieJar; end: string }> {
  const back = await signInThere(jar, to(await start(jar, query)), login)
  return { jar, end: to(await jar.ask(back)) }
}

async function sessionOf(jar: CookieJar) {
  const response = await jar.ask(`${server.url}/console/api/session`)
  return (await response.json()) as {
    code?: string
    csrfToken: string
    confirmedUntil: string | null
    user: {
      id: string
      email: string
      name: string
      role: string
      clients: string[] | null
      atProvider: boolean
    }
  }
}

async function send(jar: CookieJar, method: string, path: string, body?: unknown) {
  const { csrfToken } = await sessionOf(jar)
  const headers = { 'x-csrf-token': csrfToken, 'content-type': 'application/json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await jar.ask(`${server.url}/console/api${path}`, init)
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') }
}

const acts = async () => {
  const rows = await server.database.selectFrom('audit').select(['action', 'subject', 'details']).execute()
  return rows.map(({ details, ...act }) => ({ ...act, details: JSON.parse(String(details)) }))
}

it('a provider that is away keeps no server from starting, and is asked again', async () => {
  expect(whileAway).toBe('/console?openid=provider_away')
  expect(await (await fetch(`${server.url}/console/api/openid`)).json()).toEqual({ enabled: true })
  expect((await signIn('asha')).end).toBe('/console')
})

it('the first of a person’s roles makes an account without a password, and the audit log has both', async () => {
  const { jar, end } = await signIn('asha')
  expect(end).toBe('/console')
  const { user } = await sessionOf(jar)
  expect(user).toMatchObject({
    email: 'asha@example.org',
    name: 'Asha',
    role: 'reviewer',
    clients: ['client-a'],
    atProvider: true,
  })
  const row = await server.database
    .selectFrom('console_users')
    .selectAll()
    .where('id', '=', user.id)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ password: '', identity: `${provider.settings.LIVEFACE_OIDC_ISSUER} asha` })
  const mine = (await acts()).filter(({ subject }) => subject === user.id)
  expect(mine).toContainEqual({ action: 'user.created', subject: user.id, details: { role: 'reviewer' } })
  expect(mine).toContainEqual({ action: 'session.begun', subject: user.id, details: { by: 'openid' } })
  expect(await server.services.audit.verify()).toMatchObject({ intact: true })
  // No password opens it, and none can be set.
  for (const password of ['', 'any password at all']) {
    const body = JSON.stringify({ email: 'asha@example.org', password })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/console/api/session`, { method: 'POST', headers, body })
    expect(((await answer.json()) as { code: string }).code).toBe('invalid_credentials')
  }
})

it('takes role and clients from each token, and a role that is gone ends the sessions', async () => {
  const { jar } = await signIn('asha')
  provider.people.get('asha')!.groups = ['leads']
  const { jar: later } = await signIn('asha')
  expect((await sessionOf(later)).user).toMatchObject({ role: 'administrator', clients: null })
  expect((await sessionOf(jar)).user.role).toBe('administrator')
  provider.people.get('asha')!.groups = []
  expect((await signIn('asha')).end).toBe('/console?openid=no_role')
  expect((await sessionOf(jar)).code).toBe('signed_out')
  expect((await acts()).at(-1)).toMatchObject({
    action: 'session.refused',
    details: { by: 'openid', reason: 'no_role' },
  })
  provider.people.get('asha')!.groups = ['officers']
  expect((await signIn('asha')).end).toBe('/console')
})

it('who has no role, no confirmed e-mail address, or that of an account with a password is refused', async () => {
  const add = (login: string, email: string, groups: string[], more = {}) =>
    provider.people.set(login, { email, name: login, groups, ...more })
  add('stranger', 'stranger@example.org', ['visitors'])
  add('nameless', '', ['officers'])
  add('unsure', 'unsure@example.org', ['officers'], { email_verified: false })
  add('untold', 'untold@example.org', ['officers'], { email_verified: 'false' })
  add('taker', 'First@example.org', ['leads'])
  expect((await signIn('stranger')).end).toBe('/console?openid=no_role')
  expect((await signIn('nameless')).end).toBe('/console?openid=no_email')
  expect((await signIn('unsure')).end).toBe('/console?openid=no_email')
  expect((await signIn('untold')).end).toBe('/console?openid=no_email')
  const { jar, end } = await signIn('taker')
  expect(end).toBe('/console?openid=taken')
  expect((await sessionOf(jar)).code).toBe('signed_out')
})

it('signing in there once more stands for the password, of the same person alone', async () => {
  const { jar } = await signIn('lena')
  const erase = () => send(jar, 'POST', '/people/erase', { subject: 'nobody', comment: '' })
  expect((await erase()).body.code).toBe('confirm_required')
  expect((await send(jar, 'POST', '/session/confirm', { password: '' })).body.code).toBe(
    'invalid_credentials',
  )
  // Somebody else, at the same browser.
  const own = jar.cookies(provider.settings.LIVEFACE_OIDC_ISSUER!)
  own.clear()
  expect((await signIn('asha', jar, '?confirm=true')).end).toBe('/console?openid=provider_refused')
  expect((await sessionOf(jar)).confirmedUntil).toBeNull()
  own.clear()
  // A provider that does not ask again is not believed.
  provider.forge = ({ header, claims }) => ({ header, claims: { ...claims, auth_time: 1_700_000_000 } })
  expect((await signIn('lena', jar, '?confirm=true')).end).toBe('/console?openid=provider_refused')
  provider.forge = null
  expect((await signIn('lena', jar, '?confirm=true')).end).toBe('/console')
  expect((await sessionOf(jar)).confirmedUntil).not.toBeNull()
  expect((await erase()).body?.code).not.toBe('confirm_required')
  // What would open the account when the provider no longer does.
  for (const path of ['/totp', '/passkeys/offer']) {
    expect((await send(jar, 'POST', path)).body.code).toBe('at_provider')
  }
  const { user } = await sessionOf(jar)
  for (const change of [{ password: 'correct horse battery' }, { role: 'auditor' }, { clients: [] }]) {
    expect((await send(jar, 'PATCH', `/users/${user.id}`, change)).body.code).toBe('at_provider')
  }
})

it('signing out ends the session here and goes on to the provider', async () => {
  const { jar } = await signIn('asha')
  expect((await send(jar, 'DELETE', '/session')).status).toBe(204)
  expect((await sessionOf(jar)).code).toBe('signed_out')
  const left = new URL(to(await jar.ask(`${server.url}/console/api/openid/sign-out`)))
  expect(left.origin + left.pathname).toBe(`${provider.settings.LIVEFACE_OIDC_ISSUER}/session/end`)
  expect(left.searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/console`)
})

it('signing in ends the session that the browser had, though its cookie stays behind on the way back', async () => {
  const { jar } = await signIn('asha')
  const before = new CookieJar()
  before.cookies(server.url).set('liveface_console', jar.cookies(server.url).get('liveface_console')!)
  const back = await signInThere(jar, to(await start(jar)), 'asha')
  jar.cookies(server.url).delete('liveface_console')
  expect(to(await jar.ask(back))).toBe('/console')
  expect((await sessionOf(jar)).user.email).toBe('asha@example.org')
  expect((await sessionOf(before)).code).toBe('signed_out')
})

it('the last administrator whom the provider gives another role is refused, and signed out', async () => {
  const { jar } = await signIn('lena')
  const { user } = await sessionOf(jar)
  const others = server.database.updateTable('console_users').where('id', '!=', user.id)
  await others.set({ role: 'auditor' }).where('role', '=', 'administrator').execute()
  provider.people.get('lena')!.groups = ['officers']
  expect((await signIn('lena')).end).toBe('/console?openid=last_administrator')
  expect((await sessionOf(jar)).code).toBe('signed_out')
  const details = { by: 'openid', reason: 'last_administrator' }
  expect((await acts()).at(-1)).toEqual({ action: 'session.refused', subject: user.id, details })
  await others.set({ role: 'administrator' }).where('email', '=', 'first@example.org').execute()
})

describe('an attacker', () => {
  const refused = '/console?openid=provider_refused'

  it('comes back no second time, in no other browser, and not without being sent', async () => {
    const jar = new CookieJar()
    const back = await signInThere(jar, to(await start(jar)), 'asha')
    const other = new CookieJar()
    // One that was on a way of its own, too.
    await start(other)
    for (const browser of [new CookieJar(), other]) {
      expect(to(await browser.ask(back))).toBe(refused)
      expect((await sessionOf(browser)).code).toBe('signed_out')
    }
    const cookie = new Map(jar.cookies(server.url))
    expect(to(await jar.ask(back))).toBe('/console')
    const replayed = new CookieJar()
    for (const [name, value] of cookie) replayed.cookies(server.url).set(name, value)
    expect(to(await replayed.ask(back))).toBe(refused)
    expect((await sessionOf(replayed)).code).toBe('signed_out')
  })

  it('sends nobody on from another site', async () => {
    const jar = new CookieJar()
    const init = { headers: { 'sec-fetch-site': 'cross-site' } }
    expect(to(await jar.ask(`${server.url}/console/api/openid/start`, init))).toBe('/console')
    expect([...jar.cookies(server.url)]).toEqual([])
  })

  it('is sent back to the console alone, whatever the address asks for', async () => {
    const jar = new CookieJar()
    for (const query of ['next=https://evil.example', 'redirect_uri=https://evil.example']) {
      const { searchParams } = new URL(to(await start(jar, `?${query}`)))
      expect(searchParams.get('redirect_uri')).toBe(`${server.url}/console/api/openid/callback`)
    }
    const odd = await start(jar, '?confirm=//evil.example')
    expect({ status: odd.status, where: to(odd) }).toEqual({ status: 400, where: '' })
    const back = `${server.url}/console/api/openid/callback?state=x&error=y&next=https://evil.example`
    expect(to(await jar.ask(back))).toBe(refused)
    const named = await fetch(`${server.url}/console/api/openid/callback`, {
      headers: { 'x-forwarded-host': 'evil.example' },
      redirect: 'manual',
    })
    expect(to(named)).toBe(refused)
  })

  it('plants no session: the one that the browser brought ends, and a new one begins', async () => {
    const planted = (await signIn('asha')).jar.cookies(server.url).get('liveface_console')!
    const jar = new CookieJar()
    jar.cookies(server.url).set('liveface_console', planted)
    await signIn('lena', jar)
    const own = jar.cookies(server.url).get('liveface_console')
    expect(own).not.toBe(planted)
    expect((await sessionOf(jar)).user.email).toBe('lena@example.org')
    const attacker = new CookieJar()
    attacker.cookies(server.url).set('liveface_console', planted)
    expect((await sessionOf(attacker)).code).toBe('signed_out')
  })

  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  type Forge = NonNullable<TestProvider['forge']>
  const claiming =
    (changed: Record<string, unknown>): Forge =>
    ({ header, claims }) => ({ header, claims: { ...claims, ...changed } })
  const forgeries: Record<string, Forge> = {
    'of another sign-in': claiming({ nonce: 'another' }),
    'without a nonce': claiming({ nonce: undefined }),
    'of another issuer': claiming({ iss: 'https://evil.example' }),
    'for another console': claiming({ aud: 'another' }),
    'for several, and not for this one': claiming({ aud: ['liveface-console', 'b'], azp: 'b' }),
    'that is over': claiming({ exp: 1_700_000_000, iat: 1_699_999_000 }),
    'that nobody signed': ({ claims }) => ({ header: { alg: 'none' }, claims, key: null }),
    'whose signature is gone': (token) => ({ ...token, key: null }),
    'signed by somebody else': (token) => ({ ...token, key: foreign }),
  }
  it('could sign in with a token of the provider’s own key and the right claims', async () => {
    provider.forge = claiming({})
    expect((await signIn('lena')).end).toBe('/console')
  })

  it.each(Object.entries(forgeries))('opens nothing with a token %s', async (_name, forge) => {
    provider.forge = forge
    const { jar, end } = await signIn('lena')
    expect(end).toBe(refused)
    expect((await sessionOf(jar)).code).toBe('signed_out')
  })
})
