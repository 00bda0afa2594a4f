import { describe, expect, it } from 'vitest'
import { goodSubject } from '../../test/support/stub-engine.ts'
import { asSent, turnBack } from './as-sent.ts'
import { pixelsOf } from './picture/pixels.ts'
import { blankRaster } from './picture/raster.ts'
import { type QuarterTurn, turn } from './picture/turn.ts'

describe('a place in a turned picture', () => {
  it.each([0, 90, 180, 270] as QuarterTurn[])(
    'is found in the picture as it was sent, at %i degrees',
    (turned) => {
      const sent = pixelsOf(blankRaster(7, 4))
      sent.words[2 * 7 + 5] = 1
      const upright = turn(sent, turned)
      const at = upright.words.indexOf(1)
      const centre = { x: (at % upright.width) + 0.5, y: Math.floor(at / upright.width) + 0.5 }
      expect(turnBack(centre, { ...upright, turned })).toEqual({ x: 5.5, y: 2.5 })
    },
  )
})

describe('asSent', () => {
  it('moves box, points, mesh and roll, and says where the face stands in the sent picture', () => {
    const subject = { ...goodSubject(), pose: { yaw: 3, pitch: 2, roll: 10 } }
    subject.box = { x: 100, y: 20, width: 50, height: 60 }
    subject.mesh = Float32Array.from([100, 20, 7])
    const upright = { faces: [subject], subject, width: 400, height: 800, turned: 90 as const }
    const sent = asSent(upright)
    expect(sent).toMatchObject({ width: 800, height: 400, turned: 0 })
    expect(sent.subject!.box).toEqual({ x: 20, y: 250, width: 60, height: 50 })
    expect(sent.faces[0]!.box).toEqual(sent.subject!.box)
    expect([...sent.subject!.mesh]).toEqual([20, 300, 7])
    expect(sent.subject!.pose).toEqual({ yaw: 3, pitch: 2, roll: -80 })
    expect(sent.subject!.alignment).toBe('LEFT')
  })

  it('leaves an upright picture alone', () => {
    const upright = { faces: [], subject: null, width: 4, height: 3, turned: 0 as const }
    expect(asSent(upright)).toBe(upright)
  })
})
