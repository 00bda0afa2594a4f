import { describe, expect, it } from 'vitest'
import { pattern } from '../../../test/support/pattern.ts'
import { decodePicture } from './decode.ts'
import { type QuarterTurn, turn } from './turn.ts'

describe('turn', () => {
  it.each([90, 180, 270] as QuarterTurn[])('turns %i degrees clockwise as sharp does', async (degrees) => {
    const file = await pattern(7, 4).png().toBuffer()
    const expected = await decodePicture(await pattern(7, 4).rotate(degrees).png().toBuffer())
    const turned = turn(await decodePicture(file), degrees)
    expect([turned.width, turned.height]).toEqual([expected.width, expected.height])
    expect([turned.originalWidth, turned.originalHeight]).toEqual([expected.width, expected.height])
    expect([...turned.words]).toEqual([...expected.words])
  })

  it('leaves the picture alone at 0 and comes back after four turns', async () => {
    const pixels = await decodePicture(await pattern(7, 4).png().toBuffer())
    expect(turn(pixels, 0)).toBe(pixels)
    expect(turn(turn(pixels, 90), 270).words).toEqual(pixels.words)
  })
})
