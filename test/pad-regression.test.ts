import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCsv } from '../bench/pad-csv.ts'
import { releases, verdictTables } from '../bench/pad-document.ts'
import { readVerdict, summary, summaryHead } from '../bench/pad-verdicts.ts'
import { type ModelSessions, openSessions, packageRoot } from '../src/engine/models/index.ts'
import { createPipeline, type Pipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { subset } from '../training/pad/pictures.ts'
import { sharedDirectory } from './support/shared.ts'

const shared = sharedDirectory()
const threshold = 0.5

describe('the liveness tables of MODELS.md', () => {
  it('are those of the committed scores of the verdict groups', () => {
    const document = readFileSync(join(packageRoot(), 'MODELS.md'), 'utf8')
    expect(document).toContain(verdictTables())
  })

  it('count every look at the verdict groups, and hold a score of each picture', () => {
    for (const model of [...releases(), 'minifasnet']) {
      for (const view of ['full', 'crop'] as const) {
        const rows = readVerdict(model).filter((row) => row.variant === 'plain' && row.view === view)
        expect(rows.length).toBeGreaterThan(50)
        const line = readCsv('verdicts.csv').find((row) => row.model === model && row.view === view)!
        expect(summaryHead.map((name) => line[name])).toEqual(summary(rows))
      }
    }
  })
})

describe('the groups of the captures', () => {
  const groups = readCsv('groups.csv')

  it('stand in one part each, and the older set judges nothing', () => {
    expect(new Set(groups.map(({ group }) => group)).size).toBe(groups.length)
    expect(groups.filter((row) => row.part === 'verdict' && row.set === 'pad')).toEqual([])
  })

  it('were judged only where the lot says so', () => {
    const verdict = new Set(groups.filter(({ part }) => part === 'verdict').map(({ group }) => group))
    for (const { group } of readVerdict(releases()[0]!)) expect(verdict).toContain(group)
  })
})

describe.skipIf(!shared)('the shipped liveness net on real captures', () => {
  const committed = new Map(readCsv('shipped.csv').map((row) => [row.path, row]))
  let sessions: ModelSessions
  let pipeline: Pipeline

  beforeAll(async () => {
    sessions = await openSessions(pipelineNets)
    pipeline = createPipeline(sessions)
  })
  afterAll(() => sessions.close())

  it('judges every picture as it did when the table was committed', async () => {
    const changed: string[] = []
    const errors = { now: 0, committed: 0 }
    for (const { path, bonafide } of subset(join(shared!, 'data'))) {
      const bytes = readFileSync(join(shared!, 'data', path))
      const { subject } = await pipeline.analyse(bytes, { want: { template: false, traits: false } })
      const before = committed.get(path)
      const now = subject?.liveness
      if (!before || !now) {
        if (before || now) changed.push(`${path}: a face on one side only`)
        continue
      }
      if (now.judged !== (before.reason === ''))
        changed.push(`${path}: ${before.reason} became ${now.judged}`)
      if (!now.judged || before.reason) continue
      const then = Number(before.score)
      if (Math.abs(then - now.score) > 0.05) changed.push(`${path}: ${then} became ${now.score}`)
      if (now.score >= threshold !== bonafide) errors.now++
      if (then >= threshold !== bonafide) errors.committed++
    }
    expect(committed.size).toBeGreaterThan(100)
    expect(changed).toEqual([])
    expect(errors.now).toBeLessThanOrEqual(errors.committed)
  })
})
