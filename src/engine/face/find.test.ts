import { expect, test } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import type { DetectorNet } from './detect.ts'
import { findFaces } from './find.ts'
import type { MeshNet } from './mesh.ts'

const blank = pixelsOf(blankRaster(256, 256))

/** Anchors of different cells of the first row, so that their faces are not merged. */
function detector(confidences: readonly number[]): DetectorNet {
  return async () => {
    const scores = new Float32Array(896)
    const boxes = new Float32Array(896 * 16)
    confidences.forEach((confidence, index) => {
      const row = index * 10
      scores[row] = confidence
      boxes.set([0, 100, 60 - index, 60 - index], row * 16)
    })
    return { scores, boxes }
  }
}

function meshNet(presences: readonly number[]): { net: MeshNet; calls: () => number } {
  let count = 0
  const net: MeshNet = async () => ({
    points: new Float32Array(468 * 3).fill(1),
    presence: presences[count++] ?? 1,
  })
  return { net, calls: () => count }
}

test('a hesitant detector is overruled by a mesh net that sees no face', async () => {
  const { net } = meshNet([0.003])
  expect(await findFaces(blank, detector([0.63]), net)).toEqual({ faces: [], mesh: null })
})

test('a sure detector is believed although the mesh net sees nothing, as behind a mask', async () => {
  const { faces, mesh } = await findFaces(blank, detector([0.85]), meshNet([0.01, 0.02]).net)
  expect(faces).toHaveLength(1)
  expect(mesh!.presence).toBeCloseTo(0.01, 6)
})

test('the first face is looked at twice, sure others not at all', async () => {
  const { net, calls } = meshNet([])
  const { faces } = await findFaces(blank, detector([0.95, 0.95, 0.95]), net)
  expect(faces).toHaveLength(3)
  expect(calls()).toBe(2)
})

test('lettering beside a person, in which the mesh net sees no face, is no second face', async () => {
  // Asked of the person, again of the person, of the lettering.
  const { net } = meshNet([1, 1, 0.02])
  expect((await findFaces(blank, detector([0.78, 0.95]), net)).faces).toHaveLength(1)
  const { net: kind } = meshNet([1, 1, 0.99])
  expect((await findFaces(blank, detector([0.78, 0.95]), kind)).faces).toHaveLength(2)
})
