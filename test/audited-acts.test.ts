/** What the audit log says of each dialect's calls and of an administrator's acts. The engine is a stub: no claim is made about scores. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { actedPhoto } from './support/acted-photo.ts'
import { liveface } from './support/commands.ts'
import { jpeg } from './support/didit.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { stubEngine } from './support/stub-engine.ts'

describe('the audit log', () => {
  let calls: EveryDialect
  beforeAll(async () => {
    calls = await startEveryDialect({
      engine: stubEngine(),
      settings: { LIVEFACE_ADMIN_SECRET: 'a secret of sixteen or more' },
    })
  })
  afterAll(() => calls.stop())

  const rows = async () => (await calls.server.services.audit.list({ limit: 1000 })).reverse()
  const since = async (work: () => Promise<unknown>) => {
    const before = (await rows()).length
    await work()
    return (await rows()).slice(before)
  }

  /** Takes every photo of a session, of which the last brings the decision. */
  async function finishSession(): Promise<void> {
    const { body } = await calls.verifyhq('x')
    const session = await calls.server.services.challenges.find(await ownVerifyHQ(), body.sessionToken)
    for (const { id, gesture } of session!.challenges.slice(1)) {
      const parts = { sessionToken: body.sessionToken, challengeId: id, photo: actedPhoto({ gesture }) }
      const headers = calls.headers.verifyhq
      const url = `${calls.server.url}/v1/verifications/liveness/challenge`
      expect((await fetch(url, { method: 'POST', headers, body: form(parts) })).ok).toBe(true)
    }
  }

  const ownVerifyHQ = async () => (await calls.server.services.clients.list('verifyhq'))[0]!.id

  it.each(dialectNames)('has each decision of %s once', async (name) => {
    const [row, ...more] = await since(() => (name === 'verifyhq' ? finishSession() : calls[name]()))
    expect(more).toEqual([])
    expect(row).toMatchObject({
      action: 'check.decided',
      details: { dialect: name, status: expect.any(String) },
    })
    expect(row?.actor).toBe(row?.clientId)
  })

  it('has the decision of a call of which nothing else is kept', async () => {
    const sent = form({ user_image: jpeg, save_api_request: 'false' })
    const added = await since(() =>
      fetch(`${calls.server.url}/v3/passive-liveness/`, {
        method: 'POST',
        headers: calls.headers.didit,
        body: sent,
      }),
    )
    expect(added).toMatchObject([{ action: 'check.decided', details: { dialect: 'didit' } }])
  })

  it("has an administrator's acts and refused attempts, of these only some each minute", async () => {
    const call = (secret: string) =>
      fetch(`${calls.server.url}/v1/admin/api-clients`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-admin-secret': secret },
        body: JSON.stringify({ name: 'new' }),
      })
    expect(await since(() => call('a secret of sixteen or more'))).toMatchObject([
      { actor: 'admin', action: 'client.created' },
      { actor: 'admin', action: 'credential.created' },
    ])
    const refused = await since(async () => {
      for (let attempt = 0; attempt < 30; attempt++) await call('wrong')
    })
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThanOrEqual(20)
    expect(refused[0]).toMatchObject({ actor: 'stranger', action: 'admin.refused' })
  })

  const send = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    const response = await fetch(calls.server.url + path, {
      method,
      headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    expect(response.ok, `${method} ${path}: ${text}`).toBe(true)
    return text === '' ? null : JSON.parse(text)
  }

  it("has what Didit's callers do to destinations, secrets and retention, without an address or a secret", async () => {
    const headers = calls.headers.didit
    const url = 'https://example.com/hook?token=PRIVATE'
    const destination = { label: 'x', url, subscribed_events: ['status.updated'], webhook_version: 'v3' }
    let secret = ''
    const added = await since(async () => {
      const base = '/v3/webhook/destinations/'
      const { uuid } = await send('POST', base, headers, destination)
      await send('PATCH', `${base}${uuid}/`, headers, { enabled: false, label: 'y' })
      await send('DELETE', `${base}${uuid}/`, headers)
      await send('PATCH', '/v3/webhook/', headers, { webhook_url: url, data_retention_months: 7 })
      const rotated = await send('PATCH', '/v3/webhook/', headers, { rotate_secret_key: true })
      secret = rotated.secret_shared_key
      // Nothing changes, and nothing is written.
      await fetch(`${calls.server.url}${base}${uuid}/`, { method: 'DELETE', headers })
    })
    expect(added.map(({ action, details }) => ({ action, ...details }))).toEqual([
      { action: 'destination.created' },
      { action: 'destination.changed', fields: ['label', 'enabled'] },
      { action: 'destination.removed' },
      { action: 'client.changed', settings: ['retentionMonths'] },
      { action: 'destination.created' },
      { action: 'destination.changed', fields: ['secret'] },
    ])
    expect(new Set(added.map(({ actor, clientId }) => actor === clientId))).toEqual(new Set([true]))
    expect(secret.length).toBeGreaterThan(20)
    expect(JSON.stringify(added)).not.toContain('PRIVATE')
    expect(JSON.stringify(added)).not.toContain(secret)
  })

  it("has what VerifyHQ's callers do to webhooks", async () => {
    const headers = calls.headers.verifyhq
    const added = await since(async () => {
      const { id } = await send('POST', '/v1/webhooks/configure', headers, {
        clientId: await ownVerifyHQ(),
        callbackUrl: 'https://example.com/hook',
        events: ['liveness.passed'],
      })
      await send('DELETE', `/v1/webhooks/${id}`, headers)
    })
    expect(added.map(({ action }) => action)).toEqual(['destination.created', 'destination.changed'])
  })

  it('has what an operator does on the command line', async () => {
    vi.stubEnv('LIVEFACE_DATA_DIR', calls.server.dataDirectory)
    const { id } = await calls.server.client('cashfree')
    const added = await since(async () => {
      await liveface('clients', 'set', id, '--rate', '7', '--balance', '3')
      await liveface('keys', 'create', '--dialect', 'cashfree', '--client', id, '--json')
      const credentials = await calls.server.services.clients.credentials('cashfree')
      const newest = credentials.filter(({ clientId }) => clientId === id).at(-1)
      await liveface('keys', 'revoke', newest!.id)
    })
    vi.unstubAllEnvs()
    expect(added).toMatchObject([
      { actor: 'operator', action: 'client.changed', details: { settings: ['ratePerMinute'] } },
      { actor: 'operator', action: 'client.changed', details: { settings: ['balance'] } },
      { actor: 'operator', action: 'credential.created' },
      { actor: 'operator', action: 'credential.revoked' },
    ])
  })

  it('has keys and settings, by name alone', async () => {
    const { clients } = calls.server.services
    const added = await since(async () => {
      const { id } = await clients.create({ dialect: 'cashfree', environment: 'production', name: 'n' })
      await clients.update(id, { signatureKey: 'PRIVATE' })
      await clients.setBalance(id, 3)
      const { id: credential } = await clients.addCredential(id, { lookup: 'l', secret: 's', headers: {} })
      await clients.revoke(credential)
      await clients.revoke(credential)
    })
    expect(added.map(({ action }) => action)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
      'credential.created',
      'credential.revoked',
    ])
    expect(JSON.stringify(added)).not.toContain('PRIVATE')
    expect(await calls.server.services.audit.verify()).toMatchObject({ intact: true })
  })
})
