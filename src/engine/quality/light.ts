import { luma } from '../picture/luma.ts'
import type { Pixels } from '../picture/pixels.ts'
import { type FaceChip, faceScale } from './chip.ts'

/** Mesh points on bare skin: the subject's right cheek, the left one, then forehead and ridge of the nose. */
const rightCheek = [50, 101, 36, 205, 207, 187, 118, 117]
const leftCheek = [280, 330, 266, 425, 427, 411, 347, 346]
const middle = [151, 108, 337, 9, 69, 299, 107, 336, 6, 197, 195, 5]

export interface Light {
  /** Mean luma of the skin, 0..1; hair, rims and glare among the samples are trimmed away. */
  skin: number
  /** Luma below which 5 %, 50 % and 95 % of the face lie, 0..1. */
  low: number
  median: number
  high: number
  /** Shares, 0..1, of the face at the ends of the scale, where nothing can be told apart any more. */
  black: number
  white: number
  /** Luma of the darker cheek over that of the brighter one, 0..1; 1 is even light. */
  evenness: number
}

/** @param mesh 468 points x (x, y, z) in pixels of the decoded picture */
export function measureLight(pixels: Pixels, mesh: Float32Array, { luma, inside }: FaceChip): Light {
  const histogram = new Uint32Array(256)
  let count = 0
  for (let i = 0; i < luma.length; i++) {
    if (inside[i]) {
      histogram[luma[i]! | 0]!++
      count++
    }
  }
  const [low, median, high] = quantiles(histogram, count, [0.05, 0.5, 0.95])
  const [right, left, centre] = [rightCheek, leftCheek, middle].map((points) =>
    skinSamples(pixels, mesh, points),
  )
  const cheeks = [mean(right!), mean(left!)]
  return {
    skin: trimmedMean([...right!, ...left!, ...centre!]) / 255,
    low: low! / 255,
    median: median! / 255,
    high: high! / 255,
    black: count ? share(histogram, 0, 12, count) : 0,
    white: count ? share(histogram, 248, 256, count) : 0,
    evenness: Math.min(...cheeks) / Math.max(1, ...cheeks),
  }
}

/** One averaged luma per skin point that lies in the picture, from a halved copy so coarse that a pixel is a patch. */
function skinSamples(pixels: Pixels, mesh: Float32Array, points: number[]): number[] {
  const finest = Math.floor(Math.log2(Math.min(pixels.width, pixels.height)))
  const level = Math.max(0, Math.min(finest, Math.round(Math.log2(faceScale(mesh) / 12))))
  const { data, width, height } = pixels.workspace.sampler.mip.level(pixels, level)
  const samples: number[] = []
  for (const point of points) {
    const x = Math.floor(mesh[3 * point]! / 2 ** level)
    const y = Math.floor(mesh[3 * point + 1]! / 2 ** level)
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    const at = (y * width + x) * 4
    samples.push(luma(data[at]!, data[at + 1]!, data[at + 2]!))
  }
  return samples
}

function trimmedMean(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return mean(sorted.slice(Math.floor(sorted.length * 0.2), Math.ceil(sorted.length * 0.9)))
}

function mean(values: number[]): number {
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0
}

function quantiles(histogram: Uint32Array, count: number, shares: number[]): number[] {
  return shares.map((wanted) => {
    let below = 0
    for (let value = 0; value < 256; value++) {
      below += histogram[value]!
      if (below >= wanted * count) return value
    }
    return 255
  })
}

function share(histogram: Uint32Array, from: number, to: number, count: number): number {
  let sum = 0
  for (let value = from; value < to; value++) sum += histogram[value]!
  return sum / count
}
