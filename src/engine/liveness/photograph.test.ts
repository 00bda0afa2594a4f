import { describe, expect, it } from 'vitest'
import { drawnCue } from './photograph.ts'

const side = 64

/** Planes of a picture whose colour at each place is told by `paint`. */
function planes(paint: (x: number, y: number) => [r: number, g: number, b: number]): Float32Array {
  const out = new Float32Array(3 * side ** 2)
  for (let at = 0; at < side ** 2; at++) {
    const colour = paint(at % side, Math.floor(at / side))
    for (const plane of [0, 1, 2]) out[plane * side ** 2 + at] = colour[plane]!
  }
  return out
}

/** Skin in soft light, redder at one side. */
const skin = (x: number, y: number): [number, number, number] => [150 + x, 110 + x / 2, 90 + y / 2]

describe('a face that no camera took', () => {
  it.each<[string, (x: number, y: number) => [number, number, number], RegExp]>([
    [
      'without colour',
      (x, y) => {
        const grey = skin(x, y)[0]
        return [grey, grey, grey]
      },
      /no colour/,
    ],
    ['on paper', (x, y) => (x < side / 3 ? [252, 252, 252] : skin(x, y)), /white as paper/],
    ['in patches of colour', (x, y) => (y % 6 ? skin(x, y) : [60, 90, 250]), /leaps/],
  ])('is named when it is %s', (_, paint, note) => {
    expect(drawnCue(planes(paint), side, 4)).toEqual({
      name: 'photograph',
      score: 0.02,
      note: expect.stringMatching(note),
    })
  })

  it.each<[string, (x: number, y: number) => [number, number, number]]>([
    ['in soft light', skin],
    ['with a bright spot on it', (x, y) => (x < side / 6 ? [252, 250, 248] : skin(x, y))],
    ['at the edge of the picture', (x, y) => (y > side / 2 ? [0, 0, 0] : skin(x, y))],
    ['before a blue seam', (x, y) => (y === side - 4 ? [60, 90, 250] : skin(x, y))],
  ])('is not seen in one %s', (_, paint) => {
    expect(drawnCue(planes(paint), side, 4)).toBeNull()
  })

  it('is named when the net is sure of it, whatever is measured', () => {
    const note = expect.stringMatching(/drawn, made over by a filter, or cut out/)
    expect(drawnCue(planes(skin), side, -12)).toEqual({ name: 'photograph', score: 0.35, note })
  })
})
