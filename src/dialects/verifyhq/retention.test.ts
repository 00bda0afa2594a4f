import { describe, expect, it } from 'vitest'
import { base, verifyHQTest } from '../../../test/support/verifyhq.ts'

const test = verifyHQTest()

describe('an erased check', () => {
  it('takes its session, its photos and what led to them along', async () => {
    const session = await test.open('to be forgotten')
    await test.finish(session)
    const { id } = (await test.send('GET', `${base}/${session.sessionToken}`)).body
    await test.server.services.retention.erase(test.clientId, [id], { actor: 'operator' })
    expect((await test.send('GET', `${base}/${session.sessionToken}`)).status).toBe(404)
    for (const table of ['challenge_sessions', 'challenge_photos', 'imprints', 'imprint_bands'] as const) {
      expect(await test.server.database.selectFrom(table).selectAll().execute(), table).toEqual([])
    }
  })
})
