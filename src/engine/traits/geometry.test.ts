import { describe, expect, it } from 'vitest'
import { geometryNames, measureGeometry } from './geometry.ts'

/** Places of the points that are measured, in units of the mean face; the others stand in the middle. */
const places: [index: number, x: number, y: number, z?: number][] = [
  [33, 0.1206, 0.2137],
  [133, 0.3341, 0.2291],
  [362, 0.6461, 0.229],
  [263, 0.8596, 0.2135],
  [2, 0.4901, 0.6278],
  [61, 0.29, 0.78],
  [291, 0.69, 0.78],
  [0, 0.49, 0.73],
  [13, 0.49, 0.78],
  [14, 0.49, 0.785],
  [17, 0.49, 0.86],
  [82, 0.42, 0.78],
  [87, 0.42, 0.785],
  [312, 0.56, 0.78],
  [317, 0.56, 0.785],
  [159, 0.2273, 0.2],
  [145, 0.2273, 0.25],
  [386, 0.7528, 0.2],
  [374, 0.7528, 0.25],
  [50, 0.15, 0.5],
  [280, 0.85, 0.5],
  [234, -0.02, 0.3, 0.3],
  [454, 1.02, 0.3, 0.3],
  [10, 0.49, -0.2],
  [152, 0.49, 1.05],
]

/** A face of 200 pixels at (100, 50), changed point by point, turned by `angle`. */
function face(changes: Record<number, [dx: number, dy: number, dz?: number]> = {}, angle = 0, size = 200) {
  const mesh = new Float32Array(468 * 3)
  for (const [index, x, y, z = 0] of places) {
    const [dx, dy, dz = 0] = changes[index] ?? [0, 0]
    const [u, v] = [(x + dx) * size, (y + dy) * size]
    mesh[3 * index] = 100 + Math.cos(angle) * u - Math.sin(angle) * v
    mesh[3 * index + 1] = 50 + Math.sin(angle) * u + Math.cos(angle) * v
    mesh[3 * index + 2] = (z + dz) * size
  }
  return mesh
}

const value = (mesh: Float32Array, name: (typeof geometryNames)[number]) =>
  measureGeometry(mesh)[geometryNames.indexOf(name)]!

describe('the geometry of a mesh', () => {
  it('does not hang on place, size and lean', () => {
    const upright = measureGeometry(face())
    const other = measureGeometry(face({}, 0.7, 90))
    for (const [index, name] of geometryNames.entries())
      expect(other[index], name).toBeCloseTo(upright[index]!, 3)
  })

  it('sees the mouth open', () => {
    const open = face({ 14: [0, 0.12], 87: [0, 0.1], 317: [0, 0.1], 17: [0, 0.12] })
    for (const name of ['lipGap', 'lipGapRight', 'lipGapLeft', 'mouthHeight'] as const)
      expect(value(open, name), name).toBeGreaterThan(value(face(), name))
  })

  it('sees the corners of the mouth rise and part in a smile', () => {
    const smiling = face({ 61: [-0.05, -0.05], 291: [0.05, -0.05] })
    for (const name of ['mouthWidth', 'cornerLiftRight', 'cornerLiftLeft'] as const)
      expect(value(smiling, name), name).toBeGreaterThan(value(face(), name))
  })

  it("tells the subject's right eye from the left one", () => {
    const wink = face({ 159: [0, 0.045] })
    expect(value(wink, 'eyeGapRight')).toBeLessThan(value(face(), 'eyeGapRight'))
    expect(value(wink, 'eyeGapLeft')).toBeCloseTo(value(face(), 'eyeGapLeft'), 3)
  })

  it('tells the sides of a turn', () => {
    const left = value(face({ 234: [0, 0, -0.2], 454: [0, 0, 0.2] }), 'turn')
    const right = value(face({ 234: [0, 0, 0.2], 454: [0, 0, -0.2] }), 'turn')
    expect(Math.sign(left)).toBe(-Math.sign(right))
  })

  it('stays within bounds on a mesh without sense', () => {
    const wild = Float32Array.from({ length: 468 * 3 }, (_, at) => 1000 * Math.sin(at * at))
    for (const number of measureGeometry(wild)) expect(Math.abs(number)).toBeLessThanOrEqual(4)
  })
})
