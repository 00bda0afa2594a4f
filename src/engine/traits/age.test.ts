import { describe, expect, it } from 'vitest'
import { pixelsOf } from '../picture/pixels.ts'
import { blankRaster } from '../picture/raster.ts'
import { estimateAgeAndGender, readAgeAndGender } from './age.ts'

describe('age and gender', () => {
  it('lie in a range about the estimate, which grows with the reading', () => {
    const estimates = [-20, 5, 20, 40, 60, 90, 200].map(
      (years) => estimateAgeAndGender({ years, male: 0 }).age,
    )
    for (const { years, min, max, confidence } of estimates) {
      expect(min).toBeGreaterThanOrEqual(0)
      expect(max).toBeLessThanOrEqual(100)
      expect(years).toBeGreaterThanOrEqual(min)
      expect(years).toBeLessThanOrEqual(max)
      expect(confidence).toBeGreaterThan(0.5)
    }
    const years = estimates.map((age) => age.years)
    expect(years).toEqual(years.toSorted((a, b) => a - b))
  })

  it('follow the log-odds', () => {
    const say = (male: number) => estimateAgeAndGender({ years: 30, male }).gender
    expect(say(5).value).toBe('male')
    expect(say(-5).value).toBe('female')
    expect(say(9).confidence).toBeGreaterThan(say(2).confidence)
    for (const male of [-30, -1, 0, 1, 30]) {
      expect(say(male).confidence).toBeGreaterThanOrEqual(0.5)
      expect(say(male).confidence).toBeLessThanOrEqual(1)
    }
  })

  it('are averaged over each face and its mirror image, in order', async () => {
    const batches: Float32Array[] = []
    const sessions = {
      run: async (_name: string, crops: Float32Array) => {
        const face = batches.push(crops.slice()) - 1
        const male = face === 0 ? 0.9 : 0.1
        return {
          age: Float32Array.of(20 * face + 10, 20 * face + 20),
          gender: Float32Array.of(male, 0.5, male, 0.5),
        }
      },
    }
    const mesh = (x: number) => Float32Array.from({ length: 468 * 3 }, (_, at) => x + 20 * Math.sin(at * 7))
    const raster = blankRaster(64, 64)
    raster.words.forEach((_, at) => {
      raster.words[at] = at * 40_503
    })
    const pixels = pixelsOf(raster)
    // What an earlier picture left in the buffer must not show.
    await pixels.workspace.buffers.borrow(2 * 3 * 112 * 112, async (buffer) => buffer.fill(99))
    const readings = await readAgeAndGender(sessions as never, pixels, [mesh(20), mesh(40)])
    const [crop, mirror] = [batches[0]!.subarray(0, 112), batches[0]!.subarray(3 * 112 * 112)]
    expect(new Set(crop).size).toBeGreaterThan(20)
    expect([...mirror.subarray(0, 112)].reverse()).toEqual([...crop])
    expect(readings.map(({ years }) => years)).toEqual([15, 35])
    expect(readings[0]!.male).toBeCloseTo(Math.log(9), 3)
    expect(readings[1]!.male).toBeCloseTo(-Math.log(9), 3)
    expect(await readAgeAndGender(sessions as never, pixels, [])).toEqual([])
    expect(batches).toHaveLength(2)
  })
})
