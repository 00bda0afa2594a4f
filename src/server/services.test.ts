import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stubEngine } from '../../test/support/stub-engine.ts'
import { readConfig } from '../config/index.ts'
import { openDatabase } from '../database/index.ts'
import { buildServer } from './index.ts'

// Stubbed: the engine, whose workers take seconds to start, and the opening that is made to fail. All else is real.
const { plant } = vi.hoisted(() => {
  const plant = {
    /** Name of the function that throws instead of opening its part. */
    failing: '',
    /** Names of the functions whose parts were closed, in order. */
    closed: [] as string[],
    /** The module, its function noting when what it opened is closed. */
    async watch(name: string, original: () => Promise<unknown>, closing = 'close') {
      const module = (await original()) as Record<string, (...given: unknown[]) => unknown>
      const open = (...given: unknown[]) => {
        if (plant.failing === name) return fail()
        const opened = module[name]?.(...given)
        return opened instanceof Promise ? opened.then(note) : note(opened)
      }
      const fail = () => {
        const error = new Error(`planted in ${name}`)
        // As its own failures come: a plugin that throws at once would be an error that nobody catches.
        if (module[name]?.constructor.name === 'AsyncFunction') return Promise.reject(error)
        throw error
      }
      const note = (opened: unknown) => {
        const part = opened as Record<string, (...given: unknown[]) => unknown> | undefined
        const close = part?.[closing]?.bind(part)
        if (part && close) {
          part[closing] = (...given) => {
            plant.closed.push(name)
            return close(...given)
          }
        }
        return part
      }
      return { ...module, [name]: open }
    },
  }
  return { plant }
})

vi.mock('../engine/index.ts', () =>
  plant.watch('createEngine', async () => ({ createEngine: async () => stubEngine() })),
)
vi.mock('../database/index.ts', (original) => plant.watch('openDatabase', original, 'destroy'))
vi.mock('../telemetry/index.ts', (original) => plant.watch('openTracing', original))
vi.mock('../gallery/index.ts', (original) => plant.watch('createGallery', original))
vi.mock('../fetch/index.ts', (original) => plant.watch('createGuardedFetch', original))
vi.mock('../records/audit.ts', (original) => plant.watch('createAudit', original))
vi.mock('../webhooks/index.ts', (original) => plant.watch('createWebhooks', original, 'stop'))
vi.mock('../challenges/index.ts', (original) => plant.watch('createChallengeSessions', original))
vi.mock('../records/retention.ts', (original) => plant.watch('createRetention', original, 'stop'))
vi.mock('../records/disk-probe.ts', (original) => plant.watch('createDiskProbe', original, 'stop'))
vi.mock('../access/clients.ts', (original) => plant.watch('createClients', original))
vi.mock('../pages/index.ts', (original) => plant.watch('registerPages', original))
vi.mock('../api-docs/index.ts', (original) => plant.watch('serveDocsPage', original))

const dataDirectory = mkdtempSync(join(tmpdir(), 'liveface-services-'))
const config = readConfig({
  LIVEFACE_DATA_DIR: dataDirectory,
  LIVEFACE_LOG_LEVEL: 'silent',
  LIVEFACE_WORKERS: '1',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
})

const all = [
  'createDiskProbe',
  'createWebhooks',
  'createRetention',
  'createGallery',
  'openTracing',
  'createEngine',
  'openDatabase',
]

beforeEach(() => {
  plant.failing = ''
  plant.closed = []
})
afterEach(() => rmSync(dataDirectory, { recursive: true, force: true }))

describe('the parts of a server', () => {
  it('are closed in the reverse of the order in which they were opened', async () => {
    const server = await buildServer(config)
    await server.app.ready()
    await server.close()
    expect(plant.closed).toEqual(all)
  })

  it.each([
    ['openDatabase', []],
    ['createEngine', all.slice(6)],
    ['openTracing', all.slice(5)],
    ['createGallery', all.slice(4)],
    ['createGuardedFetch', all.slice(3)],
    ['createAudit', all.slice(3)],
    ['createWebhooks', all.slice(3)],
    // Sessions read clients, too.
    ['createClients', all.slice(3)],
    ['createChallengeSessions', all.slice(3)],
    ['createRetention', all.slice(3)],
    ['createDiskProbe', all.slice(1)],
    ['registerPages', all],
    ['serveDocsPage', all],
  ])('are closed when %s fails', async (name, closed) => {
    plant.failing = name
    await expect(buildServer(config)).rejects.toThrow(`planted in ${name}`)
    expect(plant.closed).toEqual(closed)
  })
})

it('a server makes its data folder, also where neither its database nor its key lies there', async () => {
  const folder = join(dataDirectory, 'of', 'its', 'own')
  const elsewhere = readConfig({
    LIVEFACE_DATA_DIR: folder,
    LIVEFACE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    LIVEFACE_LOG_LEVEL: 'silent',
    LIVEFACE_WORKERS: '1',
  })
  const database = await openDatabase({ file: ':memory:' })
  const server = await buildServer(elsewhere, { database })
  expect(existsSync(folder)).toBe(true)
  await server.close()
})
