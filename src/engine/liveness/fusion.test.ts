import { describe, expect, it } from 'vitest'
import { fuse, leastCoverage } from './fusion.ts'

const doubtful = { texture: 0, context: 0, coverage: 1 }

describe('the fusion of cues', () => {
  it('rises with either cue and stays a probability', () => {
    const score = (texture: number, context: number) => fuse({ texture, context, coverage: 1 }).score
    expect(score(2, 0)).toBeGreaterThan(score(0, 0))
    expect(score(0, 2)).toBeGreaterThan(score(0, 0))
    expect(score(60, 60)).toBeLessThanOrEqual(1)
    expect(score(-60, -60)).toBeGreaterThanOrEqual(0)
    expect(score(5, 5)).toBeGreaterThan(0.9)
    expect(score(-5, -5)).toBeLessThan(0.1)
  })

  it('leaves the surroundings out where the picture shows none, and says so', () => {
    const tight = { ...doubtful, coverage: leastCoverage / 2 }
    expect(fuse({ ...tight, context: -9 }).score).toBe(fuse({ ...tight, context: 9 }).score)
    expect(fuse(tight).cues.find(({ name }) => name === 'context')).toMatchObject({ score: null })
    expect(fuse(doubtful).cues.find(({ name }) => name === 'context')?.score).not.toBeNull()
  })

  it('words each cue after its own score', () => {
    const note = (name: string, value: number) =>
      fuse({ texture: value, context: value, coverage: 1 }).cues.find((cue) => cue.name === name)?.note
    expect(note('texture', 6)).not.toBe(note('texture', -6))
    expect(note('context', 6)).not.toBe(note('context', -6))
  })
})
