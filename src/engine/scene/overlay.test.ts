import { describe, expect, it } from 'vitest'
import type { Scene } from '../types.ts'
import { overlay } from './overlay.ts'
import { outline, within } from './points.ts'

const side = 128

/** Smooth noise, the same for the same seed: a value 0..255 for each place. */
function texture(seed: number): (x: number, y: number) => number {
  const at = (x: number, y: number) => {
    const mixed = Math.sin(x * 127.1 + y * 311.7 + seed * 74.7) * 43758.5453
    return mixed - Math.floor(mixed)
  }
  return (x, y) => {
    const [u, v] = [x / 5, y / 5]
    const [left, top] = [Math.floor(u), Math.floor(v)]
    const [p, q] = [u - left, v - top]
    const upper = at(left, top) * (1 - p) + at(left + 1, top) * p
    const lower = at(left, top + 1) * (1 - p) + at(left + 1, top + 1) * p
    return 40 + 170 * (upper * (1 - q) + lower * q)
  }
}

const [room, hair, skin] = [texture(1), texture(2), texture(3)]
const count = outline.length

/** The face's points: an ellipse of 22 x 26 pixels about `x`, `y`, and some within. */
function facePoints(x: number, y: number): Float32Array {
  const points = [...outline, ...within].flatMap((_, index) => {
    const ring = index < count
    const angle = ring ? (2 * Math.PI * index) / count - Math.PI / 2 : index * 1.3
    const [a, b] = ring ? [22, 26] : [4 + (index % 12), 4 + (index % 14)]
    return [x + a * Math.cos(angle), y + b * Math.sin(angle)]
  })
  return Float32Array.from(points)
}

function drawn(value: (x: number, y: number) => number, points: Float32Array): Scene {
  const grey = Uint8Array.from({ length: side * side }, (_, i) =>
    Math.round(value((i % side) + 0.5, Math.floor(i / side) + 0.5)),
  )
  return { grey, points }
}

const within1 = (x: number, y: number, a: number, b: number) => (x / a) ** 2 + (y / b) ** 2 < 1

/** A head with hair before a room; the head `dx`, `dy` pixels from the middle, the picture on it moved as much. */
function person(dx = 0, dy = 0, noise = 0): Scene {
  const value = (x: number, y: number) => {
    const [u, v] = [x - 64 - dx, y - 64 - dy]
    const seen = within1(u, v, 22, 26)
      ? skin(u + 64, v + 64)
      : within1(u, v, 33, 38)
        ? hair(u + 64, v + 64)
        : room(x, y)
    return seen + noise * Math.sin(x * 91.7 + y * 57.3)
  }
  return drawn(value, facePoints(64 + dx, 64 + dy))
}

/** The same still picture with the face alone pushed to a side, fading out to nothing 44 pixels from its middle. */
function bent(push: number, { noise = 0, mirror = false, shift = 0 } = {}): Scene {
  const still = (x: number, y: number) => {
    const [u, v] = [x - 64, y - 64]
    return within1(u, v, 22, 26) ? skin(x, y) : within1(u, v, 33, 38) ? hair(x, y) : room(x, y)
  }
  const pushed = (x: number, y: number) => {
    const far = Math.hypot((x - 64) / 22, (y - 64) / 26)
    const share = far < 1 ? 1 : Math.max(0, 2 - far)
    return still(x - push * share, y) + noise * Math.sin(x * 91.7 + y * 57.3)
  }
  const points = facePoints(64 + push + shift, 64)
  if (!mirror) return drawn((x, y) => pushed(x - shift, y), points)
  // Points of a mirrored face are named again: the first along the outline stays, the rest run the other way.
  const flipped = facePoints(side - 64 - push - shift, 64)
  return drawn((x, y) => pushed(side - x - shift, y), flipped)
}

describe('the overlay of two scenes', () => {
  it('finds nearly everything again around a face that was bent', () => {
    const found = overlay(bent(0), bent(5))!
    expect(found.around).toBeGreaterThan(0.7)
    expect(found.likeness).toBeGreaterThan(0.95)
  })

  it.each([
    ['with noise', bent(4, { noise: 6 })],
    ['moved as a whole', bent(4, { shift: 6 })],
    ['mirrored', bent(4, { mirror: true })],
  ])('and also %s', (_name, second) => {
    expect(overlay(bent(0), second)!.around).toBeGreaterThan(0.55)
  })

  it('does not find hair and room again around a head that moved', () => {
    const found = overlay(person(), person(9, 2))!
    expect(found.rim).toBeLessThan(0.4)
    expect(found.around).toBeLessThan(overlay(bent(0), bent(9))!.around - 0.2)
  })

  it('finds nothing again in another place', () => {
    const elsewhere = drawn((x, y) => texture(9)(x, y), facePoints(64, 64))
    expect(overlay(person(), elsewhere)!.around).toBeLessThan(0.1)
  })

  it('is not taken where a face fills the picture', () => {
    const tight = person()
    const grey = tight.grey.map((value, i) =>
      within1((i % side) - 64, Math.floor(i / side) - 64, 30, 34) ? value : 0,
    )
    expect(overlay({ ...tight, grey }, person())).toBeNull()
    expect(overlay(person(), { ...tight, grey })).toBeNull()
  })

  it('is not taken of flat grey', () => {
    const flat = drawn(() => 120, facePoints(64, 64))
    expect(overlay(flat, flat)).toBeNull()
  })
})
