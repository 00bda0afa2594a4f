import { describe, expect, it } from 'vitest'
import type { Overlay, Scene } from '../engine/types.ts'
import { judgeOneStill } from './one-still.ts'

const scene = (index: number): Scene => ({ grey: Uint8Array.of(index), points: new Float32Array() })
const scenes = [scene(0), scene(1), scene(2)]

/** Around a face that was bent, around a head that moved, and a living person's quiet pair, which looks like a still. */
const bent: Overlay = { around: 0.7, rim: 0.7, likeness: 0.97, faceShift: 1 }
const moved: Overlay = { around: 0.05, rim: 0.04, likeness: 0.7, faceShift: 2 }
const quiet: Overlay = { around: 0.6, rim: 0.6, likeness: 0.95, faceShift: 0.9 }

/** What each pair of `scenes` is compared to: first and second, first and third, second and third. */
const pairs =
  (...overlays: (Overlay | null)[]) =>
  (first: Scene, second: Scene) =>
    overlays[first.grey[0]! + second.grey[0]! - 1] ?? null

describe('a session of one still', () => {
  it.each([
    ['every pair', [bent, bent, bent], 'yes'],
    ['no pair', [moved, moved, moved], 'no'],
    ['one quiet pair of a living person', [quiet, moved, moved], 'no'],
    ['the only pair that can be compared', [null, bent, null], 'yes'],
    ['nothing that can be compared', [null, null, null], 'unknown'],
  ] as const)('is told by %s', (_name, overlays, told) => {
    expect(judgeOneStill(scenes, pairs(...overlays))).toBe(told)
  })

  it('is told of two photos too, and of one never', () => {
    expect(judgeOneStill(scenes.slice(0, 2), pairs(bent))).toBe('yes')
    expect(judgeOneStill(scenes.slice(0, 2), pairs(moved))).toBe('no')
    expect(judgeOneStill(scenes.slice(0, 1), pairs(null))).toBe('no')
  })

  it.each(['around', 'rim', 'likeness', 'faceShift'] as const)('is the likelier the more %s', (name) => {
    const least = { around: 0.3, rim: 0.3, likeness: 0.5, faceShift: 0 }
    const most = { around: 1, rim: 1, likeness: 1, faceShift: 3.5 }
    const near = { around: 0.5, rim: 0.5, likeness: 0.9, faceShift: 0.9 }
    expect(judgeOneStill(scenes.slice(0, 2), pairs({ ...near, [name]: least[name] }))).toBe('no')
    expect(judgeOneStill(scenes.slice(0, 2), pairs({ ...near, [name]: most[name] }))).toBe('yes')
  })
})
