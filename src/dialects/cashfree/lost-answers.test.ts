/** Callers who go away. The stub engine hides what is in the picture, and takes as long as the test wants. */
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { form } from '../../../test/support/form.ts'
import { startTestServer, type TestServer } from '../../../test/support/server.ts'
import { stubEngine, stubReport } from '../../../test/support/stub-engine.ts'

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46])
let server: TestServer
/** Called when the engine is asked; what it returns is waited for. */
let analysing: () => Promise<void> = async () => {}

beforeAll(async () => {
  server = await startTestServer({
    engine: stubEngine({
      analyse: async () => {
        await analysing()
        return stubReport()
      },
    }),
  })
})
afterAll(() => server.stop())

const connections = () =>
  new Promise<number>((resolve) => server.app.server.getConnections((_error, count) => resolve(count)))

it('a caller who hangs up while the picture is judged pays nothing, and may use the id again', async () => {
  const { id, headers } = await server.client('cashfree', { balance: 1 })
  let finish = () => {}
  const begun = new Promise<void>((resolve) => {
    analysing = () => {
      resolve()
      return new Promise((done) => {
        finish = done
      })
    }
  })
  const request = new Request(`${server.url}/verification/face-liveness`, {
    method: 'POST',
    headers,
    body: form({ verification_id: 'lost', image: jpeg }),
  })
  const body = Buffer.from(await request.arrayBuffer())
  const lines = [
    'POST /verification/face-liveness HTTP/1.1',
    'host: liveface',
    `content-length: ${body.length}`,
    ...[...request.headers].map(([name, value]) => `${name}: ${value}`),
  ]
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]))
  await begun
  socket.destroy()
  await expect.poll(connections).toBe(0)
  analysing = async () => {}
  finish()
  const rows = () => server.database.selectFrom('checks').select('id').where('client_id', '=', id).execute()
  await expect.poll(rows).toEqual([])
  const again = await fetch(`${server.url}/verification/face-liveness`, {
    method: 'POST',
    headers,
    body: form({ verification_id: 'lost', image: jpeg }),
  })
  expect([again.status, await again.json()]).toMatchObject([200, { status: 'SUCCESS' }])
})
