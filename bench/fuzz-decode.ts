/**
 * Mutated picture files through the decoder: every one must end as pixels or as a PictureError within two seconds
 * of processor time (a busy machine is not the decoder's fault), and memory must not grow. A crash of the native
 * decoders ends the process, and so fails the command.
 *
 *   npm run fuzz:decode [count] [seed]
 */
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { PictureError } from '../src/engine/errors.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { patternHeic } from '../test/support/pattern.ts'
import { samplePhotograph } from '../test/support/pictures.ts'

const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number)
const slowest = { ms: 0, what: '' }
const outcomes = new Map<string, number>()

/** Whole numbers below `limit`; the same sequence for the same seed. */
function generator(start: number): (limit: number) => number {
  let state = start >>> 0
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Flips, removes, repeats or overwrites a few stretches; now and then cuts the file short. */
function mutate(file: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(file)
  for (let round = 1 + below(5); round > 0 && bytes.length > 20; round--) {
    // Headers are where the damage is interesting: half of it goes into the first part of the file.
    const at = below(2) ? below(Math.min(600, bytes.length)) : below(bytes.length)
    const length = 1 + below(16)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    const kind = below(6)
    if (kind === 0) bytes[at]! ^= 1 << below(8)
    else if (kind === 1) bytes.fill([0, 0xff, 0x7f, 0x80][below(4)]!, at, at + length)
    else if (kind === 2) bytes = concat(before, after.subarray(length))
    else if (kind === 3) bytes = concat(before, after.subarray(0, length), after)
    else if (kind === 4) for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = below(256)
    else if (below(4) === 0) bytes = bytes.slice(0, at)
  }
  return bytes
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

/** Makes a PNG's checksums fit again: they would turn away nearly every mutation before it is looked at. */
function repairPng(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at)
    if (end + 4 > bytes.length) break
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end)
    at = end + 4
  }
  return bytes
}

const photograph = sharp(await sharp(samplePhotograph(2)).resize(240).png().toBuffer())
const seeds: Record<string, Uint8Array> = {
  jpeg: await photograph.clone().jpeg().toBuffer(),
  'jpeg, progressive, turned': await photograph
    .clone()
    .withMetadata({ orientation: 6 })
    .jpeg({ progressive: true })
    .toBuffer(),
  'jpeg, cmyk': await photograph.clone().toColourspace('cmyk').jpeg().toBuffer(),
  png: await photograph.clone().png().toBuffer(),
  'png, interlaced palette': await photograph.clone().png({ palette: true, progressive: true }).toBuffer(),
  'png, 16 bit': await photograph.clone().toColourspace('rgb16').png().toBuffer(),
  webp: await photograph.clone().webp().toBuffer(),
  'webp, lossless with alpha': await photograph.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
  tiff: await photograph.clone().tiff({ compression: 'lzw' }).toBuffer(),
  'tiff, tiled': await photograph.clone().tiff({ compression: 'deflate', tile: true }).toBuffer(),
  heic: patternHeic(),
  'heic, turned': patternHeic('turned'),
  'heic, transparent': patternHeic('transparent'),
}

const names = Object.keys(seeds)
const below = generator(seed)
let warm = 0
for (let index = 0; index < count; index++) {
  const name = names[index % names.length]!
  const mutated = mutate(seeds[name]!, below)
  const bytes = name.startsWith('png') && below(4) > 0 ? repairPng(mutated) : mutated
  const start = process.cpuUsage()
  const outcome = await decodePicture(bytes, { longestSide: 1280 }).then(
    () => 'decoded',
    (error: unknown) => {
      if (error instanceof PictureError) return error.code
      throw error
    },
  )
  const { user, system } = process.cpuUsage(start)
  const ms = (user + system) / 1000
  if (ms > slowest.ms) Object.assign(slowest, { ms, what: `${name}, file ${index}` })
  const key = `${name}: ${outcome}`
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
  // libvips and the HEIC decoder reach their working size within the first fifth.
  if (index === Math.floor(count / 5)) warm = process.memoryUsage.rss()
}
for (const [key, times] of [...outcomes].sort()) console.log(`${String(times).padStart(6)}  ${key}`)
const growth = process.memoryUsage.rss() - warm
console.log(
  `slowest ${slowest.ms.toFixed(0)} ms (${slowest.what}); memory ${(growth / 1e6).toFixed(0)} MB since a fifth of the way`,
)
if (slowest.ms > 2000 || growth > 150e6) process.exitCode = 1
