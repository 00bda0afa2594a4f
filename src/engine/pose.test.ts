import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignmentOf, measurePose, turnedAway } from './pose.ts'

/** Some points of a face that looks into the camera, by mesh index: x, y, z. */
const frontal: Record<number, [number, number, number]> = {
  33: [-0.73, -0.18, -0.13],
  133: [-0.28, -0.15, -0.21],
  362: [0.28, -0.15, -0.21],
  263: [0.73, -0.18, -0.13],
  168: [0, -0.23, -0.49],
  4: [0, 0.38, -0.83],
  2: [0, 0.58, -0.54],
  10: [0, -1.03, -0.45],
  234: [-1.12, 0.12, 0.74],
  454: [1.12, 0.12, 0.74],
  93: [-1.11, 0.36, 0.76],
  323: [1.11, 0.36, 0.76],
}

/** The face turned up, then sideways, then in the plane of the picture, somewhere in a picture. */
function meshAt(yaw: number, pitch: number, roll: number, size = 80, x = 300, y = 200): Float32Array {
  const [a, b, c] = [-yaw, pitch, roll].map((value) => (value * Math.PI) / 180) as [number, number, number]
  const mesh = new Float32Array(468 * 3)
  for (const [index, point] of Object.entries(frontal)) {
    let [px, py, pz] = point
    ;[py, pz] = [py * Math.cos(b) + pz * Math.sin(b), pz * Math.cos(b) - py * Math.sin(b)]
    ;[px, pz] = [px * Math.cos(a) + pz * Math.sin(a), pz * Math.cos(a) - px * Math.sin(a)]
    ;[px, py] = [px * Math.cos(c) - py * Math.sin(c), px * Math.sin(c) + py * Math.cos(c)]
    mesh.set([x + size * px, y + size * py, size * pz], 3 * Number(index))
  }
  return mesh
}

const neutral = measurePose(meshAt(0, 0, 0)).pitch

describe('signs', () => {
  test('yaw is positive when the nose points to the right of the picture, the subject’s left', () => {
    const mesh = meshAt(30, 0, 0)
    expect(mesh[4 * 3]).toBeGreaterThan((mesh[33 * 3]! + mesh[263 * 3]!) / 2 + 10)
    expect(measurePose(mesh).yaw).toBeCloseTo(30, 0)
  })

  test('pitch is positive when the nose points up', () => {
    const [up, level] = [meshAt(0, 20, 0), meshAt(0, 0, 0)]
    expect(up[4 * 3 + 1]).toBeLessThan(level[4 * 3 + 1]!)
    expect(measurePose(up).pitch - neutral).toBeCloseTo(20, 0)
  })

  test('roll is positive when the head leans to the right of the picture, the subject’s left shoulder', () => {
    const mesh = meshAt(0, 0, 15)
    expect(mesh[10 * 3]).toBeGreaterThan(mesh[2 * 3]!)
    expect(measurePose(mesh).roll).toBeCloseTo(15, 0)
  })
})

test('any turn is found again, whatever the size and place of the face', () => {
  const angle = (most: number) => fc.integer({ min: -most, max: most })
  const place = fc.integer({ min: 0, max: 4000 })
  fc.assert(
    fc.property(
      angle(60),
      angle(40),
      angle(170),
      fc.integer({ min: 5, max: 900 }),
      place,
      place,
      (...turn) => {
        const [yaw, pitch, roll] = turn
        const pose = measurePose(meshAt(...turn))
        expect(Math.abs(pose.yaw - yaw)).toBeLessThan(1.5)
        expect(Math.abs(pose.pitch - neutral - pitch)).toBeLessThan(1.5)
        expect(Math.abs(pose.roll - roll)).toBeLessThan(2.5)
      },
    ),
  )
})

test('a mesh without extent has a pose of numbers', () => {
  const { yaw, pitch, roll } = measurePose(new Float32Array(468 * 3))
  for (const value of [yaw, pitch, roll]) expect(Number.isFinite(value)).toBe(true)
})

test('the head is turned away beyond 25 degrees sideways, up or down', () => {
  expect(turnedAway({ yaw: 24, pitch: -24, roll: 80 })).toBe(false)
  expect(turnedAway({ yaw: -26, pitch: 0, roll: 0 })).toBe(true)
  expect(turnedAway({ yaw: 0, pitch: 26, roll: 0 })).toBe(true)
})

test.each([
  [0, 'LEFT'],
  [350, 'CENTRE'],
  [700, 'RIGHT'],
] as const)('a face from x = %d of 1000 stands %s', (x, expected) => {
  expect(alignmentOf({ x, y: 0, width: 300, height: 300 }, 1000)).toBe(expected)
})
