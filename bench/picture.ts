/**
 * Milliseconds of decoding, halving, warping and quality on one thread, without any net.
 *
 *   npx tsx bench/picture.ts
 */
import sharp from 'sharp'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { fingerprint } from '../src/engine/picture/fingerprint.ts'
import { squareTransform } from '../src/engine/picture/transform.ts'
import { letterboxToTensor, warpToTensor } from '../src/engine/picture/warp.ts'
import { samplePhotograph } from '../test/support/pictures.ts'

async function time(name: string, work: () => unknown, rounds = 200): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const [best, median] = [times[0]!, times[rounds >> 1]!]
  console.log(
    `${name.padEnd(44)} best ${best.toFixed(2).padStart(7)}   median ${median.toFixed(2).padStart(7)}`,
  )
}

const photograph = samplePhotograph(1)
const selfie = await sharp(photograph).resize(4000, 3000, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer()
const web = await sharp(photograph).resize(1280).jpeg({ quality: 90 }).toBuffer()
await time('decode JPEG of 12 megapixels to 1280', () => decodePicture(selfie, { longestSide: 1280 }), 20)
await time('decode JPEG 1280 x 853', () => decodePicture(web), 40)

const pixels = await decodePicture(web)
const out = new Float32Array(3 * 256 * 256)
const centre = { x: 640, y: 426 }
await time('letterbox to 256, halved copies not made', () => {
  // Other `words` are another picture, whose copies are made again.
  letterboxToTensor({ ...pixels, words: pixels.words.subarray() }, 256, out)
})
await time('letterbox to 256, halved copies there', () => letterboxToTensor(pixels, 256, out))
for (const side of [150, 240, 400, 800]) {
  const transform = squareTransform(centre, side, 192, 0.2)
  await time(`warp ${side} turned pixels to 192`, () => warpToTensor(pixels, transform, 192, out))
}
const chip = squareTransform(centre, 300, 150, 0.2)
await time('warp 300 turned pixels to 150', () => warpToTensor(pixels, chip, 150, out))
await time('fingerprint', () => fingerprint(pixels))
