import { expect, test } from 'vitest'
import { anchorCentres } from './anchors.ts'

test('the anchors stand on the two grids, row by row', () => {
  const centres = anchorCentres()
  expect(centres).toHaveLength(896 * 2)
  const at = (anchor: number) => [centres[2 * anchor], centres[2 * anchor + 1]]
  expect(at(0)).toEqual([8, 8])
  expect(at(1)).toEqual([8, 8])
  expect(at(2)).toEqual([24, 8])
  expect(at(32)).toEqual([8, 24])
  expect(at(511)).toEqual([248, 248])
  expect(at(512)).toEqual([16, 16])
  expect(at(517)).toEqual([16, 16])
  expect(at(518)).toEqual([48, 16])
  expect(at(895)).toEqual([240, 240])
})
