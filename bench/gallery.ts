/**
 * How long a search takes and how long a start takes, at 10 thousand, 100 thousand and 1 million templates
 * of one client: `npm run bench:gallery`, which writes bench/results/gallery.json, or `npm run bench:gallery -- sizes...`;
 * with the word `scan` among the sizes the scan alone.
 *
 * `reached` compares the target with the CPU time of a whole search, which other work on the machine does
 * not stretch as it does the wall time.
 *
 * Everything goes the way it goes in service: templates encrypted in a SQLite file, a start that reads
 * and decrypts all of them, searches with a filter and the caller's own vendor data left out.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createClients } from '../src/access/clients.ts'
import { open } from '../src/access/envelope.ts'
import { openMasterKey } from '../src/access/master-key.ts'
import { openDatabase } from '../src/database/index.ts'
import { keyContext } from '../src/gallery/change-log.ts'
import { createGallery } from '../src/gallery/index.ts'
import { dimensions } from '../src/gallery/kernel.ts'
import { bytesPerRow, createBlocks } from '../src/gallery/layout.ts'
import { createMemoryIndex } from '../src/gallery/memory-index.ts'
import { createScan, wantedBy } from '../src/gallery/scan.ts'
import { sealTemplate, unitTemplate } from '../src/gallery/template.ts'
import { createExactScan } from '../test/support/exact-scan.ts'

/** Milliseconds per search that are asked for, on one core. */
const targets: Record<number, number> = { 10000: 1, 100000: 5, 1000000: 10 }
const searches = 50
const results = join(dirname(fileURLToPath(import.meta.url)), 'results', 'gallery.json')

let state = 1
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

const randomTemplate = () => unitTemplate(Float32Array.from({ length: dimensions }, () => random() - 0.5))

/** CPU milliseconds of this process, all threads: what a time would be on a machine that has nothing else to do. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function summary(times: number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(3))
  return { least: at(0), median: at(0.5), p95: at(0.95) }
}

/**
 * The scan alone, on the thread that asks, over rows that never were in a database; beside it, in turns, a comparison
 * with every row, which must find the same.
 */
function benchScan(rows: number) {
  const blocks = createBlocks()
  const memoryIndex = createMemoryIndex(blocks)
  const traits = { kind: 'session' as const, list: 'none' as const, approved: true }
  for (let i = 0; i < rows; i++) {
    const change = { id: String(i), sequence: i + 1, forgotten: false as const, traits, vendorData: null }
    memoryIndex.apply([{ ...change, template: randomTemplate }])
  }
  const scans = { sieve: createScan(blocks.memory, 0), exact: createExactScan(blocks.memory, 1) }
  const queries = [{ wanted: wantedBy(), excluded: 0, only: 0, limit: 5, minCosine: -1 }]
  const times = { sieve: [] as number[], exact: [] as number[] }
  const cpu = { sieve: [] as number[], exact: [] as number[] }
  for (let i = 0; i < searches; i++) {
    const task = { blocks: memoryIndex.blocks, from: 0, to: rows, probe: randomTemplate(), queries }
    const found = { sieve: '', exact: '' }
    for (const name of i % 2 ? (['sieve', 'exact'] as const) : (['exact', 'sieve'] as const)) {
      const [start, cpuStart] = [performance.now(), cpuMs()]
      found[name] = JSON.stringify(scans[name](task))
      times[name].push(performance.now() - start)
      cpu[name].push(cpuMs() - cpuStart)
    }
    if (found.sieve !== found.exact) throw new Error('The sieve lost a hit.')
  }
  const [sieve, exact] = [summary(cpu.sieve), summary(cpu.exact)]
  return {
    wall: summary(times.sieve),
    cpu: sieve,
    exactCpu: exact,
    timesExact: Number((exact.median / sieve.median).toFixed(2)),
  }
}

async function benchService(rows: number) {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-bench-'))
  const database = await openDatabase({ file: join(directory, 'bench.db') })
  const masterKey = openMasterKey(directory)
  const clients = createClients(database, masterKey)
  const { id: clientId } = await clients.create({
    dialect: 'didit',
    environment: 'production',
    name: 'bench',
  })
  try {
    await fill(rows, clientId)
    const gallery = createGallery({ database, masterKey })
    const before = process.memoryUsage().rss
    const [start, cpuStart] = [performance.now(), cpuMs()]
    await gallery.load()
    const startMs = Math.round(performance.now() - start)
    const startCpuMs = Math.round(cpuMs() - cpuStart)
    const memoryMb = Math.round((process.memoryUsage().rss - before) / 2 ** 20)
    const query = {
      clientId,
      excludeVendorData: 'v7',
      limit: 5,
      filter: ({ approved }: { approved: boolean }) => approved,
    }
    await gallery.search(randomTemplate(), [query])
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const times: number[] = []
    const cpu: number[] = []
    for (let i = 0; i < searches; i++) {
      const probe = randomTemplate()
      const [begin, cpuBegin] = [performance.now(), cpuMs()]
      const [matches = []] = await gallery.search(probe, [query])
      times.push(performance.now() - begin)
      cpu.push(cpuMs() - cpuBegin)
      if (matches.length !== 5) throw new Error('A search found too little.')
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    delay.disable()
    await gallery.close()
    const search = { wall: summary(times), cpu: summary(cpu) }
    return { startMs, startCpuMs, memoryMb, search, longestStallMs: Number((delay.max / 1e6).toFixed(1)) }
  } finally {
    await database.destroy()
    rmSync(directory, { recursive: true, force: true })
  }

  /** Many rows at a time, sealed as `Gallery.add` does it one by one. */
  async function fill(count: number, owner: string): Promise<void> {
    const gallery = createGallery({ database, masterKey })
    await database
      .transaction()
      .execute((transaction) =>
        gallery.add(transaction, { clientId: owner, template: randomTemplate(), approved: true }),
      )
    const { wrapped_key } = await database.selectFrom('gallery_heads').selectAll().executeTakeFirstOrThrow()
    const key = open(masterKey, 'templates', keyContext(owner), wrapped_key)
    for (let done = 1; done < count; ) {
      const rows = Array.from({ length: Math.min(1000, count - done) }, (_, i) => {
        const id = `00000000-0000-4000-8000-${String(done + i).padStart(12, '0')}`
        return {
          id,
          client_id: owner,
          sequence: done + i + 1,
          kind: 'session' as const,
          list: 'none' as const,
          approved: 1,
          vendor_data: `v${(done + i) % 5000}`,
          check_id: id,
          label: null,
          template: sealTemplate(key, owner, id, randomTemplate()),
          created_at: 0,
        }
      })
      await database.insertInto('gallery_entries').values(rows).execute()
      done += rows.length
    }
    await database.updateTable('gallery_heads').set({ sequence: count }).execute()
  }
}

const sizes = process.argv.slice(2).map(Number).filter(Boolean)
const measured = []
for (const rows of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  const scan = benchScan(rows)
  if (process.argv.includes('scan')) {
    console.log(JSON.stringify({ rows, scan }))
    continue
  }
  const service = await benchService(rows)
  const targetMs = targets[rows] ?? null
  const row = {
    rows,
    targetMs,
    reached: targetMs === null ? null : service.search.cpu.median <= targetMs,
    scan,
    ...service,
  }
  measured.push(row)
  console.log(JSON.stringify(row))
}
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] }
const document = {
  at: new Date().toISOString(),
  machine,
  bytesPerTemplate: bytesPerRow,
  unit: 'milliseconds',
  measured,
}
// Results are of all sizes or not kept.
if (sizes.length === 0) {
  mkdirSync(dirname(results), { recursive: true })
  writeFileSync(results, `${JSON.stringify(document, null, 2)}\n`)
}
