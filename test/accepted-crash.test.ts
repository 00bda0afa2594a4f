/** A real server is killed between 202 and the result. Its stub engine hides the nets and never ends one of the pictures. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { end, spawnServer } from './support/crash/index.ts'
import { endless } from './support/crash/orders.ts'
import { testDatabases } from './support/databases.ts'
import { jpeg } from './support/didit.ts'
import { form } from './support/form.ts'
import { until } from './support/patience.ts'
import { startReceiver } from './support/receiver.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-accepted-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`accepted checks on ${kind.name}`, () => {
    it('are measured and told of after a kill, each once', async () => {
      const location = await kind.location()
      const dataDirectory = mkdtempSync(join(directory, 'data-'))
      const receiver = await startReceiver()
      const databaseUrl = 'url' in location ? { databaseUrl: location.url } : {}
      const { child, line } = spawnServer({
        dataDirectory,
        port: receiver.port,
        isFirst: true,
        ...databaseUrl,
      })
      const { url, callers } = JSON.parse((await line) ?? '')
      const { headers } = callers.liveface
      const post = async (base: string, path: string, body: FormData | string) => {
        const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
        const init = { method: 'POST', headers: { ...headers, ...type }, body }
        const response = await fetch(`${base}/api/v1${path}`, init)
        return { status: response.status, body: (await response.json()) as { id: string } }
      }
      await post(url, '/webhooks', JSON.stringify({ url: receiver.url, events: ['session.completed'] }))
      const submit = async (picture: Buffer) => {
        const answer = await post(url, '/liveness', form({ picture, callback_url: receiver.url }))
        expect(answer.status).toBe(202)
        return answer.body.id
      }
      // The first is under way until the kill, which leaves the others waiting.
      const ids = [await submit(Buffer.concat([jpeg, Buffer.from(endless)]))]
      for (let count = 0; count < 3; count++) ids.push(await submit(jpeg))
      const one = JSON.stringify({ type: 'liveness', picture: jpeg.toString('base64') })
      const lines = await fetch(`${url}/api/v1/batches`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
        body: `${one}\n${one}\n`,
      })
      const batch = (await lines.json()) as { id: string; pending: number }
      expect(batch).toMatchObject({ status: 'running', pending: 2 })
      await end(child)

      const server = await startTestServer({
        engine: stubEngine(),
        dataDirectory,
        settings: {
          LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
          LIVEFACE_FETCH_PORTS: String(receiver.port),
          ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
        },
      })
      try {
        // The claim of the server that died, which ends by itself after a minute.
        await server.database.updateTable('pending_checks').set({ due_at: 0 }).execute()
        for (const id of ids) {
          const read = () => fetch(`${server.url}/api/v1/checks/${id}`, { headers })
          await until(async () => (await read()).status === 200, `The end of ${id}`)
          expect(await (await read()).json()).toMatchObject({ id, verdict: 'pass' })
        }
        const readBatch = (more = '') => fetch(`${server.url}/api/v1/batches/${batch.id}${more}`, { headers })
        const ended = async () => ((await (await readBatch()).json()) as { status: string }).status
        await until(async () => (await ended()) === 'completed', 'The end of the batch')
        const results = (await (await readBatch('/results')).text()).trim().split('\n')
        const batched = results.map((result) => JSON.parse(result))
        expect(batched).toMatchObject([
          { line: 1, check: { verdict: 'pass' } },
          { line: 2, check: { verdict: 'pass' } },
        ])
        const told = () => receiver.received.map(({ body }) => JSON.parse(body).data.id)
        await until(() => ids.every((id) => told().includes(id)), 'Every message')
        expect(told().sort()).toEqual([...ids].sort())
        const rows = await server.database
          .selectFrom('checks')
          .select('id')
          .where('dialect', '=', 'liveface')
          .execute()
        const all = [...ids, ...batched.map(({ id }) => id)]
        expect(rows.map(({ id }) => id).sort()).toEqual(all.sort())
        expect(await server.database.selectFrom('pending_checks').selectAll().execute()).toEqual([])
      } finally {
        await server.stop()
        await receiver.stop()
      }
    })
  })
}
