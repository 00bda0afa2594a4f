import { describe, expect, it } from 'vitest'
import { filmed, fingerprintOf } from '../../test/support/burst.ts'
import { capturedOf, showsOtherMoment, signalsOfCamera, signalsOfFrames, signalWeights } from './signals.ts'

const now = { elapsed: 900, prompted: true }

describe('what speaks against a camera', () => {
  it('is nothing where frames come as from a sensor', () => {
    expect(signalsOfFrames(filmed(1), now)).toEqual([])
    expect(signalsOfCamera({ label: 'FaceTime HD Camera (Built-in)', hasDevice: true })).toEqual([])
  })

  it.each(['OBS Virtual Camera', 'fake_device_0', 'ManyCam', '/tmp/film.mjpeg'])('is the name %s', (label) =>
    expect(signalsOfCamera({ label, hasDevice: true })).toEqual(['virtual_camera']),
  )

  it.each(['HD Webcam C920', 'Jobs Camera', 'Front Camera'])('is not the name %s', (label) =>
    expect(signalsOfCamera({ label, hasDevice: true })).toEqual([]),
  )

  it('is a film that no device makes', () =>
    expect(signalsOfCamera({ label: '', hasDevice: false })).toEqual(['no_device']))

  it('are too few frames, and frames that repeat', () => {
    expect(signalsOfFrames(filmed(1, 8).slice(5), now)).toEqual(['few_frames'])
    const [first, ...others] = filmed(1)
    const frozen = [first!, ...others.map(({ at }) => ({ at, grey: first!.grey }))]
    expect(signalsOfFrames(frozen, now)).toEqual(['equal_frames'])
  })

  it('is noise that stays while the face moves', () => {
    const [first, ...others] = filmed(1)
    const warped = others.map(({ at }, index) => {
      const grey = first!.grey.slice()
      grey.fill(40 + index, 1000, 1200)
      return { at, grey }
    })
    expect(signalsOfFrames([first!, ...warped], now)).toEqual(['equal_noise'])
  })

  it('is a rhythm without unrest', () => {
    const even = filmed(1).map(({ grey }, index) => ({ at: 50 * index, grey }))
    expect(signalsOfFrames(even, now)).toEqual(['even_rhythm'])
  })

  it('is a gesture done before anybody reacts, but not looking ahead', () => {
    const quick = filmed(1).map(({ at, grey }) => ({ at: at / 2, grey }))
    expect(signalsOfFrames(quick, now)).toEqual(['sudden'])
    expect(signalsOfFrames(quick, { ...now, prompted: false })).toEqual([])
  })

  it.each([
    ['took longer than there was time', -200],
    ['came long after they were taken', 40_000],
  ])('are frames that %s', (_what, elapsed) =>
    expect(signalsOfFrames(filmed(1), { ...now, elapsed })).toEqual(['untimely']),
  )

  it('is a photo that shows another moment than its frame', () => {
    const [mine, other] = [filmed(1), filmed(6)]
    expect(showsOtherMoment(mine.at(-1)!, fingerprintOf(mine))).toBe(false)
    expect(showsOtherMoment(mine.at(-1)!, fingerprintOf(other))).toBe(true)
  })

  it('makes a photo count as uploaded by two signs of a program, never by one', () => {
    const { other_moment, few_frames, ...signs } = signalWeights
    // A photo that is not of the stream, and one without a stream to speak of.
    expect([other_moment, few_frames]).toEqual([1, 1])
    for (const name of Object.keys(signs) as (keyof typeof signs)[]) expect(capturedOf([name])).toBe('page')
    expect(capturedOf(['virtual_camera', 'equal_frames'])).toBe('upload')
    expect(capturedOf([])).toBe('page')
  })
})
