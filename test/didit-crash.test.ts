import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { openDatabase } from '../src/database/index.ts'
import { until } from './support/patience.ts'
import { startReceiver } from './support/receiver.ts'
import { endClaims } from './support/webhooks.ts'

const program = fileURLToPath(new URL('./support/didit-child.ts', import.meta.url))
const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-crash-'))
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

interface Started {
  child: ChildProcess
  url: string
  headers: Record<string, string>
}

async function start(port: number): Promise<Started> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDirectory, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, ...JSON.parse(line.toString()) }
}

it('a server killed with kill -9 keeps every call it answered, and delivers its webhook', async () => {
  const receiver = await startReceiver()
  const picture = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a08070' } })
    .jpeg()
    .toBuffer()
  const answered: string[] = []
  const call = async (url: string, headers: Record<string, string>) => {
    const form = new FormData()
    form.set('user_image', new Blob([new Uint8Array(picture)]), 'a.jpg')
    const response = await fetch(`${url}/v3/passive-liveness/`, { method: 'POST', headers, body: form })
    answered.push(((await response.json()) as { request_id: string }).request_id)
  }
  const heard = () => new Set(receiver.received.map(({ body }) => JSON.parse(body).session_id as string))
  let headers: Record<string, string> = {}
  let undelivered = 0

  for (const count of [3, 9]) {
    const { child, url, headers: made } = await start(receiver.port)
    headers = { ...headers, ...made }
    const wanted = answered.length + count
    // Four callers at once, until the server is gone under them.
    const callers = Array.from({ length: 4 }, async () => {
      while (!child.killed) await call(url, headers).catch(() => {})
    })
    await until(() => answered.length >= wanted)
    child.kill('SIGKILL')
    await Promise.all([once(child, 'exit'), ...callers])
    const known = heard()
    undelivered += answered.filter((id) => !known.has(id)).length
  }
  // Otherwise the kills came too late to show anything.
  expect(undelivered).toBeGreaterThan(0)

  // What a dead sender had claimed is taken up when its claim is over.
  const database = await openDatabase({ file: join(dataDirectory, 'liveface.db') })
  await endClaims(database)
  await database.destroy()
  const { child, url } = await start(receiver.port)
  const list = await fetch(`${url}/v3/sessions/?limit=500`, { headers })
  const { results } = (await list.json()) as {
    results: { session_id: string; portrait_image: string | null }[]
  }
  const sessions = results.map(({ session_id: id }) => id)
  expect(sessions).toEqual(expect.arrayContaining(answered))
  for (const { portrait_image: link } of results) expect((await fetch(link ?? '')).status).toBe(200)
  // A session and its event are committed together or not at all: none without the other.
  await until(() => sessions.every((id) => heard().has(id)))
  expect([...heard()].sort()).toEqual([...sessions].sort())
  child.kill('SIGKILL')
  await once(child, 'exit')
  await receiver.stop()
})
