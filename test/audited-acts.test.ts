/** What the audit log says of each dialect's calls and of an administrator's acts. The engine is a stub: no claim is made about scores. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jpeg } from './support/didit.ts'
import { dialectNames, type EveryDialect, startEveryDialect } from './support/every-dialect.ts'
import { form } from './support/form.ts'
import { stubEngine } from './support/stub-engine.ts'
import { verifyHQTest } from './support/verifyhq.ts'

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

  it.each(dialectNames.filter((name) => name !== 'verifyhq'))(
    'has each decision of %s once',
    async (name) => {
      const [row, ...more] = await since(() => calls[name]())
      expect(more).toEqual([])
      expect(row).toMatchObject({
        action: 'check.decided',
        details: { dialect: name, status: expect.any(String) },
      })
      expect(row?.actor).toBe(row?.clientId)
    },
  )

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

describe('the audit log of VerifyHQ', () => {
  const test = verifyHQTest()
  it('has the decision of a session once', async () => {
    await test.finish(await test.open())
    const rows = await test.server.services.audit.list()
    const decided = rows.filter(({ action }) => action === 'check.decided')
    expect(decided).toMatchObject([
      { details: { dialect: 'verifyhq', status: expect.stringMatching(/PASSED|FAILED/) } },
    ])
  })
})
