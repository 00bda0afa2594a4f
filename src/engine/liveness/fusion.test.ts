import { describe, expect, it } from 'vitest'
import { fuse, type Measurements, marginOf } from './fusion.ts'

const surrounded = { surrounded: true, skin: 0, near: 0, general: 0 } as const
const tight = { surrounded: false, skin: 0, texture: 0 } as const

const cue = (measured: Measurements, name: string) => fuse(measured).cues.find((each) => each.name === name)!

describe('the fusion of cues', () => {
  it.each<[string, Measurements, Measurements]>([
    ['the skin among surroundings', surrounded, { ...surrounded, skin: 2 }],
    ['the surroundings', surrounded, { ...surrounded, near: 2 }],
    ['what the packaged net says of them', surrounded, { ...surrounded, general: 2 }],
    ['the skin of a tight crop', tight, { ...tight, skin: 2 }],
    ['the closer look at it', tight, { ...tight, texture: 2 }],
  ])('rises with %s', (_, doubtful, better) => {
    expect(fuse(better).score).toBeGreaterThan(fuse(doubtful).score)
  })

  it.each([surrounded, tight])('stays a probability', (measured) => {
    const all = (value: number) =>
      Object.fromEntries(
        Object.entries(measured).map(([name, was]) => [name, typeof was === 'number' ? value : was]),
      ) as Measurements
    expect(fuse(all(60)).score).toBeLessThanOrEqual(1)
    expect(fuse(all(-60)).score).toBeGreaterThanOrEqual(0)
    expect(fuse(all(5)).score).toBeGreaterThan(0.9)
    expect(fuse(all(-5)).score).toBeLessThan(0.1)
  })

  it('says when there are no surroundings to judge', () => {
    expect(cue(tight, 'context')).toMatchObject({ score: null })
    expect(cue(surrounded, 'context').score).not.toBeNull()
  })

  it('words each cue after its own score', () => {
    const note = (name: string, value: number) =>
      cue({ surrounded: true, skin: value, near: value, general: value }, name).note
    expect(note('texture', 6)).not.toBe(note('texture', -6))
    expect(note('context', 6)).not.toBe(note('context', -6))
  })
})

describe('the margin of a bona fide capture over all attacks', () => {
  it('is the logit of its probability', () => {
    const classes = Float32Array.of(1, 0.5, -2)
    const [bonafide, ...attacks] = Array.from(classes, Math.exp) as [number, number, number]
    expect(marginOf(classes)).toBeCloseTo(Math.log(bonafide / (attacks[0]! + attacks[1]!)), 5)
  })

  it('holds for large logits', () => {
    expect(marginOf(Float32Array.of(900, -5, -900))).toBeCloseTo(905)
  })
})
