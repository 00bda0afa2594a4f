import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pattern } from '../../../test/support/pattern.ts'
import { isNearSrgb, profileName } from './profile.ts'

async function profile(name: string): Promise<Buffer> {
  const { icc } = await sharp(await pattern().withIccProfile(name).jpeg().toBuffer()).metadata()
  if (!icc) throw new Error('no profile was written')
  return icc
}

describe('isNearSrgb', () => {
  it('knows the profiles that phones write', async () => {
    expect(isNearSrgb(await profile('srgb'))).toBe(true)
    expect(isNearSrgb(await profile('p3'))).toBe(true)
  })

  it('leaves every other profile to be converted', async () => {
    expect(isNearSrgb(await profile('cmyk'))).toBe(false)
    expect(isNearSrgb(undefined)).toBe(false)
    expect(isNearSrgb(Buffer.from('sRGB'))).toBe(false)
  })

  it('reads no further than a damaged profile goes', async () => {
    const whole = await profile('srgb')
    for (let length = 0; length < whole.length; length += 7)
      expect(typeof profileName(whole.subarray(0, length))).toBe('string')
    const wild = Buffer.from(whole)
    wild.fill(0xff, 128, 160)
    expect(profileName(wild)).toBe('')
  })
})
