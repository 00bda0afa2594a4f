/** Signatures that count once, over two servers and a restart, on both databases. The engine is a stub, which hides measuring. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createSigningKey } from '../src/access/signing-key.ts'
import { createUsedSignatures } from '../src/access/used-signatures.ts'
import { singleUseSignatures } from '../src/dialects/cashfree/client-switches.ts'
import { testDatabases } from './support/databases.ts'
import { jpeg } from './support/didit.ts'
import { form } from './support/form.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { sign } from './support/signature.ts'
import { stubEngine } from './support/stub-engine.ts'

const { publicKey, privateKey } = createSigningKey()

async function call({ url }: TestServer, headers: Record<string, string>, signature: string) {
  const response = await fetch(`${url}/verification/face-liveness`, {
    method: 'POST',
    headers: { ...headers, 'x-cf-signature': signature },
    body: form({ verification_id: crypto.randomUUID(), image: jpeg }),
  })
  return response.status
}

const directory = mkdtempSync(join(tmpdir(), 'liveface-signatures-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`on ${kind.name}`, () => {
    it('a signature is good for one request alone where the client wants it so', async () => {
      const location = await kind.location()
      const dataDirectory = mkdtempSync(join(directory, 'data-'))
      const settings = 'url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}
      const start = () => startTestServer({ engine: stubEngine(), dataDirectory, settings })
      const [first, second] = [await start(), await start()]
      const { id, headers } = await first.client('cashfree', { settings: { signatureKey: privateKey } })
      const name = headers['x-client-id']!
      const many = sign(publicKey, name)
      expect([await call(first, headers, many), await call(second, headers, many)]).toEqual([200, 200])

      await first.services.clients.update(id, singleUseSignatures.set(true))
      const once = sign(publicKey, name)
      // The same bytes in other letters.
      const spellings = [once, ` ${once}`, once.replaceAll('+', '-').replaceAll('/', '_'), `${once}=`]
      const answers = await Promise.all(
        spellings.flatMap((spelling) => [call(first, headers, spelling), call(second, headers, spelling)]),
      )
      expect(answers.filter((status) => status === 200)).toHaveLength(1)
      expect(answers.filter((status) => status === 403)).toHaveLength(7)
      expect(await call(first, headers, sign(publicKey, name))).toBe(200)
      await first.stop()
      await second.stop()

      const again = await start()
      expect(await call(again, headers, once)).toBe(403)
      expect(await call(again, headers, sign(publicKey, name))).toBe(200)
      await again.stop()
    })

    it('is forgotten a day after it has become too old, and is nobody else’s', async () => {
      const { database } = await kind.open()
      let time = Date.now()
      const used = createUsedSignatures(database, () => time)
      const bytes = Buffer.from([0, 1, 2])
      expect(await used.use('one', bytes, time + 300_000)).toBe(true)
      expect(await used.use('other', bytes, time + 300_000)).toBe(true)
      expect(await used.use('one', bytes.subarray(1), time + 300_000)).toBe(false)
      time += 24 * 60 * 60_000
      await used.sweep()
      expect(await used.use('one', bytes, time)).toBe(false)
      time += 300_001
      await used.sweep()
      expect(await used.use('one', bytes, time)).toBe(true)
    })
  })
}
