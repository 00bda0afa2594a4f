/** Whether a picture used before is known again, and whether the next moment of a person is taken for it. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import {
  bandsOf,
  codeDistance,
  type ImprintCode,
  imprintEncoder,
  likelyBandsOf,
} from '../../src/records/imprint-codes.ts'
import { imprintLimits, mirrored } from '../../src/records/imprints.ts'
import { type Frame, filmsOf } from './films.ts'
import { type Half, victims } from './stills.ts'

const encode = imprintEncoder(Buffer.alloc(32, 'any key will do'))
const jpeg = (picture: ReturnType<typeof sharp>) => picture.jpeg({ quality: 90 }).toBuffer()

/** `part` less wide and high, more of it from the right and the top. */
async function cropped(bytes: Buffer, part: number): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(bytes).metadata()
  const [across, down] = [Math.round(width * part), Math.round(height * part)]
  const left = Math.round(0.3 * across)
  const top = Math.round(0.6 * down)
  return jpeg(sharp(bytes).extract({ left, top, width: width - across, height: height - down }))
}

/** What somebody does to a picture so that it is another file; all are saved as JPEG of quality 90. */
const disguises: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  'saved again': (bytes) => jpeg(sharp(bytes)),
  'cropped by 3 %': (bytes) => cropped(bytes, 0.03),
  'cropped by 6 %': (bytes) => cropped(bytes, 0.06),
  'cropped by 10 %': (bytes) => cropped(bytes, 0.1),
  'turned by 2 degrees': (bytes) => jpeg(sharp(bytes).rotate(2, { background: '#777' })),
  'other colours': (bytes) => jpeg(sharp(bytes).modulate({ brightness: 1.1, saturation: 1.15, hue: 5 })),
  'at 0.7 of its size': async (bytes) => {
    const { width = 0 } = await sharp(bytes).metadata()
    return jpeg(sharp(bytes).resize(Math.round(0.7 * width)))
  },
  mirrored: (bytes) => jpeg(sharp(bytes).flop()),
}

/** The codes of a picture as it is and mirrored. */
interface Codes {
  asItIs: ImprintCode
  mirrored: ImprintCode
}

/** @returns null: no face, or one without detail */
async function codesOf(pipeline: Pipeline, bytes: Buffer): Promise<Codes | null> {
  const want = { template: false, traits: false, liveness: false, imprint: true }
  const { subject } = await pipeline.analyse(bytes, { want })
  if (!subject?.imprint) return null
  return { asItIs: encode(subject.imprint), mirrored: encode(mirrored(subject.imprint)) }
}

/** How a sent picture is like a noted one. */
export interface Likeness {
  /** Bits in which the codes differ, as they are and in a mirror. */
  asItIs: number
  mirrored: number
}

/** @returns no end of bits where the index would not find it */
function likenessOf(noted: Codes, sent: Codes | null): Likeness {
  const distance = (image: keyof Codes) => {
    if (!sent) return Number.MAX_SAFE_INTEGER
    const likely = likelyBandsOf(sent[image])
    if (!bandsOf(noted.asItIs).some((band) => likely.includes(band))) return Number.MAX_SAFE_INTEGER
    return codeDistance(noted.asItIs.bits, sent[image].bits)
  }
  return { asItIs: distance('asItIs'), mirrored: distance('mirrored') }
}

export function isKnown({ asItIs, mirrored }: Likeness, limits: Likeness = imprintLimits): boolean {
  return asItIs <= limits.asItIs || mirrored <= limits.mirrored
}

/** Copies of pictures, by what was done to them. */
export type Copies = Record<string, Likeness[]>

async function copiesOf(pipeline: Pipeline, paths: readonly string[]): Promise<Copies> {
  const copies: Copies = Object.fromEntries(Object.keys(disguises).map((name) => [name, []]))
  for (const path of paths) {
    const bytes = readFileSync(path)
    const noted = await codesOf(pipeline, bytes)
    if (!noted) continue
    for (const [name, disguise] of Object.entries(disguises))
      copies[name]!.push(likenessOf(noted, await codesOf(pipeline, await disguise(bytes))))
  }
  return copies
}

/** Each pair of what has codes. */
function pairs(all: readonly { codes: Codes; at: number }[], apart: number): Likeness[] {
  return all.flatMap((sent, index) =>
    all
      .slice(0, index)
      .filter((noted) => Math.abs(noted.at - sent.at) >= apart)
      .map((noted) => likenessOf(noted.codes, sent.codes)),
  )
}

export interface Reuse {
  /** Press photographs of as many people. */
  portraits: Copies
  /** Two frames of each film. */
  frames: Copies
  films: number
  /** Pairs of frames of one film at least a second apart. */
  moments: Likeness[]
  /** Pairs of pictures of different people. */
  strangers: Likeness[]
}

export async function measureReuse(
  pipeline: Pipeline,
  data: string,
  half: Half,
  people: number,
): Promise<Reuse> {
  const withCodes = async (frames: readonly Frame[]) => {
    const found: { codes: Codes; at: number }[] = []
    for (const { path, at } of frames) {
      const codes = await codesOf(pipeline, readFileSync(path))
      if (codes) found.push({ codes, at })
    }
    return found
  }
  const portraits = victims(`${data}/lfw`, half, people).map((path) => `${data}/lfw/${path}`)
  const films = filmsOf(data, half)
  const two = films.flatMap((frames) => [frames[3], frames[10]].flatMap((frame) => frame?.path ?? []))
  const moments: Likeness[] = []
  for (const film of films) moments.push(...pairs(await withCodes(film), 1))
  const faces = await withCodes(portraits.map((path, at) => ({ path, at })))
  return {
    portraits: await copiesOf(pipeline, portraits),
    frames: await copiesOf(pipeline, two),
    films: films.length,
    moments,
    strangers: pairs(faces, 1),
  }
}
