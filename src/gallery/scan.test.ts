import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createExactScan } from '../../test/support/exact-scan.ts'
import { quantise, quantiseProbe } from './codes.ts'
import { createDots, createMemory, dimensions, rowBytes } from './kernel.ts'
import { blockRows, createBlocks } from './layout.ts'
import { createMemoryIndex } from './memory-index.ts'
import { createScan, flagsOf, type ScanQuery, wantedBy } from './scan.ts'
import { createScanner } from './scanner.ts'
import { createSieve } from './sieve.ts'
import type { EntryKind, EntryList, EntryTraits } from './types.ts'

/** Numbers that look random and are the same in every run. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function randomTemplate(random: () => number): Float32Array {
  const values = Float32Array.from({ length: dimensions }, () => random() - 0.5)
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

const cosineOf = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)

const allTraits: EntryTraits[] = (['session', 'list_entry'] as EntryKind[]).flatMap((kind) =>
  (['none', 'block', 'allow'] as EntryList[]).flatMap((list) =>
    [true, false].map((approved) => ({ kind, list, approved })),
  ),
)

describe('dots', () => {
  it('gives the dot product of every row, and touches nothing else', () => {
    const memory = createMemory(4)
    const dots = createDots(memory)
    const random = generator(1)
    const floats = new Float32Array(memory.buffer)
    const probe = randomTemplate(random)
    const rows = Array.from({ length: 100 }, () => randomTemplate(random))
    floats.set(probe, 0)
    rows.forEach((row, i) => {
      floats.set(row, 16_384 + i * dimensions)
    })
    const before = new Uint8Array(memory.buffer).slice()
    dots(65_536 + rowBytes, 98, 0, 1024)
    for (let i = 0; i < 98; i++) {
      expect(floats[256 + i]).toBeCloseTo(cosineOf(probe, rows[i + 1] as Float32Array), 6)
    }
    const after = new Uint8Array(memory.buffer)
    expect(after.slice(0, 1024)).toEqual(before.slice(0, 1024))
    expect(after.slice(1024 + 98 * 4)).toEqual(before.slice(1024 + 98 * 4))
  })

  it('reads nothing for no rows', () => {
    const memory = createMemory(1)
    const before = new Uint8Array(memory.buffer).slice()
    createDots(memory)(0, 0, 0, 0)
    expect(new Uint8Array(memory.buffer)).toEqual(before)
  })
})

describe('codes', () => {
  it('bound the cosine of any row of unit length with any probe', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true })
    const values = fc.array(value, { minLength: dimensions, maxLength: dimensions })
    const rare = fc.constantFrom(0, 1, 1e-3, 1e-20)
    fc.assert(
      fc.property(
        values,
        values,
        rare,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (row, other, few, size) => {
          // Few large values leave little of the scale to the others.
          const spread = row.map((one, i) => (i % 7 === 0 ? one : one * few))
          const length = Math.hypot(...spread)
          fc.pre(length > 1e-6)
          const vector = Float32Array.from(spread, (one) => one / length)
          const probe = Float32Array.from(other, (one) => one * size)
          const [codes, probeCodes] = [new Int8Array(dimensions), new Int16Array(dimensions)]
          const { scale, error } = quantise(vector, codes)
          const asked = quantiseProbe(probe, probeCodes)
          const dot = codes.reduce((sum, code, i) => sum + code * probeCodes[i]!, 0)
          const bound = asked.scale * scale * dot + asked.length * error
          const exact = cosineOf(probe, vector)
          expect(Math.abs(exact - asked.scale * scale * dot)).toBeLessThanOrEqual(
            asked.length * error + asked.slack,
          )
          expect(bound + asked.slack).toBeGreaterThanOrEqual(exact)
        },
      ),
    )
  })
})

describe('flags', () => {
  it('differ for different traits and are never 0', () => {
    const flags = allTraits.map(flagsOf)
    expect(new Set(flags).size).toBe(allTraits.length)
    expect(Math.min(...flags)).toBeGreaterThan(0)
    expect(Math.max(...flags)).toBeLessThan(31)
  })
})

describe('scan', () => {
  interface Row {
    id: string
    template: Float32Array
    traits: EntryTraits
    vendorData: string | null
  }

  function fill(count: number, seed: number) {
    const random = generator(seed)
    const store = createBlocks()
    const memoryIndex = createMemoryIndex(store)
    const rows: Row[] = Array.from({ length: count }, (_, i) => ({
      id: `e${i}`,
      template: randomTemplate(random),
      traits: allTraits[Math.floor(random() * allTraits.length)] as EntryTraits,
      vendorData: random() < 0.3 ? null : `v${Math.floor(random() * 5)}`,
    }))
    memoryIndex.apply(
      rows.map(({ template, ...row }, i) => ({
        ...row,
        sequence: i + 1,
        forgotten: false as const,
        template: () => template,
      })),
    )
    return { random, store, memoryIndex, rows }
  }

  /** What a search must find, by sorting everything. */
  function slowly(
    rows: Row[],
    probe: Float32Array,
    query: Omit<ScanQuery, 'excluded' | 'only'>,
    vendor: string | null,
  ) {
    return rows
      .map((row) => ({ row, cosine: cosineOf(probe, row.template) }))
      .filter(({ row, cosine }) => {
        const counts = (query.wanted & (1 << flagsOf(row.traits))) !== 0
        return counts && cosine >= query.minCosine && (vendor === null || row.vendorData !== vendor)
      })
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, query.limit)
  }

  it('finds what sorting every row finds, for any filter, over block borders and after deletions', () => {
    const query = fc.record({
      filter: fc.subarray(allTraits),
      limit: fc.integer({ min: 0, max: 8 }),
      minCosine: fc.constantFrom(Number.NEGATIVE_INFINITY, 0, 0.1, 0.2),
      vendor: fc.constantFrom(null, 'v1', 'v4', 'unknown'),
    })
    const { store, memoryIndex, rows, random } = fill(2 * blockRows + 77, 7)
    const scan = createScan(store.memory, 0)
    const gone = new Set(rows.filter(() => random() < 0.2).map(({ id }) => id))
    memoryIndex.apply(
      [...gone].map((id, i) => ({ id, sequence: rows.length + 1 + i, forgotten: true as const })),
    )
    const left = rows.filter(({ id }) => !gone.has(id))
    fc.assert(
      fc.property(fc.array(query, { minLength: 1, maxLength: 3 }), fc.nat(), (queries, seed) => {
        const probe = randomTemplate(generator(seed))
        const compiled = queries.map(({ filter, limit, minCosine, vendor }) => ({
          wanted: wantedBy((traits) => filter.some((one) => flagsOf(one) === flagsOf(traits))),
          limit,
          minCosine,
          excluded: vendor === null ? 0 : memoryIndex.internedVendor(vendor),
          only: 0,
        }))
        const hits = scan({
          blocks: memoryIndex.blocks,
          from: 0,
          to: memoryIndex.count,
          probe,
          queries: compiled,
        })
        hits.forEach((list, q) => {
          const expected = slowly(left, probe, compiled[q] as ScanQuery, queries[q]?.vendor ?? null)
          expect(list.map(({ slot }) => memoryIndex.idOf(slot))).toEqual(expected.map(({ row }) => row.id))
          list.forEach(({ cosine }, i) => {
            expect(cosine).toBeCloseTo(expected[i]?.cosine ?? Number.NaN, 6)
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  /** Rows about a few faces, many of them the same to the last bit: what the sieve tells apart least. */
  function crowd(count: number, seed: number) {
    const random = generator(seed)
    const faces = Array.from({ length: 12 }, () => randomTemplate(random))
    const near = (face: Float32Array, by: number) => {
      const moved = face.map((value) => value + by * (random() - 0.5) * 0.2)
      const length = Math.hypot(...moved)
      return moved.map((value) => value / length)
    }
    const store = createBlocks()
    const memoryIndex = createMemoryIndex(store)
    memoryIndex.apply(
      Array.from({ length: count }, (_, i) => {
        const face = faces[Math.floor(random() * faces.length)]!
        const template = random() < 0.3 ? face : near(face, random() < 0.5 ? 0.02 : 1)
        return {
          ...{ id: `e${i}`, sequence: i + 1, forgotten: false as const, template: () => template },
          traits: allTraits[Math.floor(random() ** 6 * allTraits.length)]!,
          vendorData: random() < 0.3 ? null : `v${Math.floor(random() * 40)}`,
        }
      }),
    )
    return { store, memoryIndex, probe: () => near(faces[Math.floor(random() * faces.length)]!, random()) }
  }

  it('finds to the last bit and in the same order what comparing every row finds, ties too', () => {
    for (const [count, seed] of [
      [5 * blockRows + 301, 21],
      [37, 22],
    ] as const) {
      const { store, memoryIndex, probe } = crowd(count, seed)
      const [scan, exact] = [createScan(store.memory, 0), createExactScan(store.memory, 1)]
      const query = fc.record({
        wanted: fc.constantFrom(...allTraits.map((traits) => 1 << flagsOf(traits)), wantedBy()),
        limit: fc.constantFrom(0, 1, 2, 5, 50, count),
        minCosine: fc.constantFrom(Number.NEGATIVE_INFINITY, -2, 0, 0.5, 0.9, 0.999, 1, 2),
        excluded: fc.integer({ min: 0, max: 41 }),
        only: fc.constantFrom(0, 0, 0, 1, 7, 0xffffffff),
      })
      const range = fc.tuple(fc.integer({ min: 0, max: count }), fc.integer({ min: 0, max: count }))
      fc.assert(
        fc.property(
          fc.array(query, { minLength: 1, maxLength: 4 }),
          range,
          fc.boolean(),
          (queries, ends, whole) => {
            const [from, to] = whole ? [0, count] : [Math.min(...ends), Math.max(...ends)]
            const given = probe()
            // A row's own cosine, to the bit, is what a threshold may be.
            const [[first] = []] = exact({ blocks: memoryIndex.blocks, from, to, probe: given, queries })
            const asked = queries.map((one, i) =>
              i % 2 && first ? { ...one, minCosine: first.cosine } : one,
            )
            const task = { blocks: memoryIndex.blocks, from, to, probe: given, queries: asked }
            expect(scan(task)).toEqual(exact(task))
          },
        ),
        { numRuns: 150 },
      )
    }
  })

  it('lets a row through of which all that its code leaves out speaks for the probe', () => {
    const { store, memoryIndex, rows } = fill(blockRows, 17)
    const openSieve = createSieve(store.memory, 0)
    for (const [row, { template }] of rows.entries()) {
      const codes = new Int8Array(dimensions)
      const { scale, error } = quantise(template, codes)
      const along = template.map((value, i) => (value - scale * codes[i]!) / error)
      const { candidates, cosine } = openSieve(along)
      const block = memoryIndex.blocks[0]!
      expect([...candidates(block, row, row + 1, cosine(block, row))]).toEqual([row])
    }
  })

  it('compares few rows exactly', () => {
    const { store, memoryIndex, random } = fill(20 * blockRows, 9)
    const sieve = createSieve(store.memory, 0)(randomTemplate(random))
    const found = memoryIndex.blocks.flatMap((block) => [...sieve.candidates(block, 0, blockRows, 0.3)])
    const rows = memoryIndex.blocks.flatMap((block) =>
      Array.from({ length: blockRows }, (_, row) => sieve.cosine(block, row)),
    )
    const near = rows.filter((cosine) => cosine >= 0.28).length
    expect(rows.filter((cosine) => cosine >= 0.3).length).toBeLessThanOrEqual(found.length)
    expect(found.length).toBeLessThanOrEqual(near)
  })

  it('looks only at the slots asked for', () => {
    const { store, memoryIndex, rows } = fill(blockRows + 50, 3)
    const scan = createScan(store.memory, 0)
    const everything = { wanted: wantedBy(), excluded: 0, only: 0, limit: 1, minCosine: -2 }
    for (const slot of [0, 5, blockRows - 1, blockRows, blockRows + 49]) {
      const probe = rows[slot]?.template as Float32Array
      const task = { blocks: memoryIndex.blocks, probe, queries: [everything] }
      expect(scan({ ...task, from: slot, to: slot + 1 })[0]?.[0]).toMatchObject({ slot })
      expect(scan({ ...task, from: slot + 1, to: memoryIndex.count })[0]?.[0]?.slot).not.toBe(slot)
      expect(scan({ ...task, from: 0, to: slot })[0]?.[0]?.slot).not.toBe(slot)
    }
  })

  it('packs an index that is mostly dead, and leaves no template in the blocks it gives back', () => {
    const { store, memoryIndex, rows } = fill(3 * blockRows, 11)
    const blocksBefore = memoryIndex.blocks.length
    const stays = rows.filter((_, i) => i % 3 === 0)
    const gone = rows.filter((_, i) => i % 3 !== 0)
    memoryIndex.apply(
      gone.map(({ id }, i) => ({ id, sequence: rows.length + 1 + i, forgotten: true as const })),
    )
    expect(memoryIndex.layout).toBeGreaterThan(0)
    expect(memoryIndex.blocks.length).toBeLessThan(blocksBefore)
    expect(memoryIndex.size).toBe(stays.length)
    const everything = { wanted: wantedBy(), excluded: 0, only: 0, limit: 1, minCosine: -2 }
    const scan = createScan(store.memory, 0)
    for (const { id, template } of stays.slice(0, 50)) {
      const task = {
        blocks: memoryIndex.blocks,
        from: 0,
        to: memoryIndex.count,
        probe: template,
        queries: [everything],
      }
      const [hit] = scan(task)[0] ?? []
      expect(memoryIndex.idOf(hit?.slot ?? -1)).toBe(id)
    }
    const vectors = Buffer.from(store.memory.vectors.buffer)
    const codes = Buffer.from(store.memory.codes.buffer)
    const lost = gone.filter(({ template }) => {
      const code = new Int8Array(dimensions)
      quantise(template, code)
      return vectors.includes(Buffer.from(template.buffer)) || codes.includes(Buffer.from(code.buffer))
    })
    expect(lost).toEqual([])
  })

  it('gives the same on a thread of its own, and several searches wait for each other', async () => {
    const { store, memoryIndex, rows } = fill(500, 5)
    const inline = createScanner(store.memory)
    const threaded = createScanner(store.memory, 0)
    const everything = { wanted: wantedBy(), excluded: 0, only: 0, limit: 3, minCosine: -2 }
    const tasks = rows.slice(0, 20).map(({ template }) => ({
      blocks: memoryIndex.blocks,
      from: 0,
      to: memoryIndex.count,
      probe: template,
      queries: [everything],
    }))
    const expected = await Promise.all(tasks.map(inline.scan))
    expect(await Promise.all(tasks.map(threaded.scan))).toEqual(expected)
    const late = threaded.scan(tasks[0] as (typeof tasks)[0])
    // Whichever comes first, the search ends: with its answer, or with a word on why there is none.
    const [[ending]] = await Promise.all([Promise.allSettled([late]), threaded.close()])
    if (ending.status === 'fulfilled') expect(ending.value).toEqual(expected[0])
    else expect(String(ending.reason)).toMatch(/ended|closed/)
    await expect(threaded.scan(tasks[0] as (typeof tasks)[0])).rejects.toThrow('closed')
    await inline.close()
  })
})
