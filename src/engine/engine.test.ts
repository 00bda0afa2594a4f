import { ChildProcess, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { samplePhotograph } from '../../test/support/pictures.ts'
import { cosine, createEngine } from './index.ts'
import type { Engine, FaceReport, Subject } from './types.ts'

/** Two different people, cut out of the group photographs: about as a selfie shows a face. */
let first: Buffer
let second: Buffer
let engine: Engine

async function person(photograph: 1 | 2 | 3 | 4 | 5 | 6, left: number, top: number, side: number) {
  return sharp(samplePhotograph(photograph))
    .extract({ left, top, width: side, height: side })
    .jpeg()
    .toBuffer()
}

beforeAll(async () => {
  first = await person(6, 210, 340, 400)
  second = await person(5, 1310, 290, 460)
  engine = await createEngine({ workers: 2, maxQueue: 32 })
})

afterAll(() => engine.close())

test.skipIf(process.platform !== 'linux')('its workers stand back behind the server', () => {
  const nice = (pid: string | number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets; niceness is the 17th field after it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  }
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean),
  )
  const back = children.filter((pid) => nice(pid) === Math.min(19, nice(process.pid) + 5))
  expect(nice(process.pid)).toBe(getPriority())
  expect(back.length).toBe(2)
})

/** Liveness of a face that must have been judged. */
function scoreOf(subject: Subject | null): number {
  if (!subject?.liveness?.judged) throw new Error('The face was not judged.')
  return subject.liveness.score
}

/** What must not depend on what ran before: everything but the times. */
const numbers = ({ timings: _, ...rest }: FaceReport) => rest

describe('a selfie', () => {
  test('gives a whole report', async () => {
    const { picture, faces, subject, timings } = await engine.analyse(first)
    expect(picture).toMatchObject({ format: 'jpeg', width: 400, height: 400, bytes: first.length, turned: 0 })
    expect(picture.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(faces).toHaveLength(1)
    expect(subject!.box).toEqual(faces[0]!.box)
    expect(subject!.mesh).toHaveLength(468 * 3)
    expect(subject!.alignment).toBe('CENTRE')
    expect(subject!.headTurned).toBe(false)
    expect(subject!.template).toHaveLength(128)
    expect(Math.hypot(...subject!.template!)).toBeCloseTo(1, 5)
    expect(subject!.allTraits!.gender.value).toBe('female')
    expect(subject!.allTraits!.age.min).toBeLessThanOrEqual(subject!.allTraits!.age.years)
    expect(Object.keys(timings)).toEqual(
      expect.arrayContaining(['decode', 'detect', 'mesh', 'template', 'quality']),
    )
  })

  test('names the subject’s right eye first: it stands left in the picture', async () => {
    const { subject } = await engine.analyse(first)
    const [right, left, nose] = subject!.points
    expect(right.x).toBeLessThan(left.x)
    expect(nose.y).toBeGreaterThan(right.y)
    expect(subject!.mesh[33 * 3]).toBeLessThan(subject!.mesh[263 * 3]!)
  })

  test('is measured only as far as asked', async () => {
    const { subject } = await engine.analyse(first, {
      want: { template: false, traits: false, liveness: false },
    })
    expect(subject).toMatchObject({ template: null, allTraits: null, liveness: null })
  })

  test('has its box in the pixels of the file, also when it is analysed smaller', async () => {
    const large = await sharp(first).resize(3000).jpeg().toBuffer()
    const [small, big] = await Promise.all([engine.analyse(first), engine.analyse(large)])
    expect(big.picture.width).toBe(3000)
    expect(big.subject!.box.x / 7.5).toBeCloseTo(small.subject!.box.x, -1)
    expect(big.subject!.box.width / 7.5 / small.subject!.box.width).toBeCloseTo(1, 1)
    expect(big.subject!.mesh[3]! / 7.5 / small.subject!.mesh[3]!).toBeCloseTo(1, 1)
  })
})

describe('finding faces', () => {
  test.each([
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 4],
  ] as const)('group photograph %d shows %d faces', async (photograph, count) => {
    const { faces, subject } = await engine.analyse(samplePhotograph(photograph), {
      want: { template: false, traits: false, liveness: false },
    })
    expect(faces).toHaveLength(count)
    expect(subject!.box).toEqual(faces[0]!.box)
  })

  test('small faces in a wide picture are found by a closer look', async () => {
    const wide = await sharp(samplePhotograph(6))
      .resize(900)
      .extend({ left: 500, right: 500, top: 300, bottom: 300, background: '#557' })
      .jpeg()
      .toBuffer()
    expect((await engine.analyse(wide)).faces).toHaveLength(4)
  })

  test('a face that fills the frame is found whole', async () => {
    const { subject } = await engine.analyse(first)
    const { x, y, width, height } = subject!.box
    const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))]
    const filling = await sharp(first)
      .extract({
        left,
        top,
        width: Math.min(400 - left, Math.round(width)),
        height: Math.min(400 - top, Math.round(height)),
      })
      .jpeg()
      .toBuffer()
    const report = await engine.analyse(filling)
    expect(report.faces).toHaveLength(1)
    expect(report.subject!.box.width / width).toBeGreaterThan(0.8)
  })

  test('a picture without a face has no subject', async () => {
    const noise = await sharp({
      create: {
        width: 640,
        height: 480,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer()
    const legs = await sharp(samplePhotograph(4))
      .extract({ left: 300, top: 750, width: 700, height: 690 })
      .jpeg()
      .toBuffer()
    for (const picture of [noise, legs]) {
      expect(await engine.analyse(picture, { rotate: true })).toMatchObject({ faces: [], subject: null })
    }
  })

  describe.each([90, 180, 270] as const)('a picture that must be turned %d degrees', (angle) => {
    const lie = (picture: Buffer) =>
      sharp(picture)
        .rotate(360 - angle)
        .png()
        .toBuffer()

    test('is judged as the upright one, whether or not a turn is asked for', async () => {
      for (const picture of [first, second]) {
        const upright = await engine.analyse(await sharp(picture).png().toBuffer())
        const lying = await lie(picture)
        for (const rotate of [false, true]) {
          const { subject } = await engine.analyse(lying, { rotate })
          expect(cosine(subject!.template!, upright.subject!.template!)).toBeGreaterThan(0.999)
          expect(scoreOf(subject)).toBeCloseTo(scoreOf(upright.subject), 2)
          expect(subject!.allTraits!.age.years).toBeCloseTo(upright.subject!.allTraits!.age.years, 1)
          expect(subject!.quality.score).toBeCloseTo(upright.subject!.quality.score, 0)
        }
      }
    })

    test('is turned when asked', async () => {
      const { picture, subject } = await engine.analyse(await lie(first), { rotate: true })
      expect(picture.turned).toBe(angle)
      expect(Math.abs(subject!.pose.roll)).toBeLessThan(25)
    })

    test('has its places in the picture as it was sent otherwise', async () => {
      const lying = await lie(first)
      const { picture, subject, faces } = await engine.analyse(lying)
      expect(picture).toMatchObject({ turned: 0, width: 400, height: 400 })
      const { x, y, width, height } = subject!.box
      expect(faces[0]!.box).toEqual(subject!.box)
      const nose = subject!.points[2]
      expect(nose.x).toBeGreaterThan(x)
      expect(nose.x).toBeLessThan(x + width)
      expect(nose.y).toBeGreaterThan(y)
      expect(nose.y).toBeLessThan(y + height)
      // The line between the eyes lies as the picture does.
      const [right, left] = subject!.points
      const lean = (Math.atan2(left.y - right.y, left.x - right.x) * 180) / Math.PI
      expect(Math.cos(((lean + angle) * Math.PI) / 180)).toBeGreaterThan(0.9)
      expect(Math.cos(((subject!.pose.roll + angle) * Math.PI) / 180)).toBeGreaterThan(0.9)
    })
  })

  test('every face gets an age and a gender when asked', async () => {
    const { faces } = await engine.analyse(samplePhotograph(3), { everyFace: true })
    expect(faces.map(({ traits }) => traits?.gender.value)).toEqual(['female', 'female', 'female'])
  })
})

describe('comparing', () => {
  test('a face is more like its own darker, smaller picture than like another’s', async () => {
    const again = await sharp(first).modulate({ brightness: 0.8 }).resize(300).webp().toBuffer()
    const same = await engine.compare(first, again)
    const different = await engine.compare(first, second)
    expect(same.similarity).toBeGreaterThan(0.75)
    expect(different.similarity).toBeLessThan(0.75)
    expect(same.cosine).toBeGreaterThan(different.cosine!)
    expect(same.first.picture.sha256).not.toBe(same.second.picture.sha256)
  })

  test('a side without a face has no similarity', async () => {
    const blank = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#aaa' } })
      .png()
      .toBuffer()
    expect(await engine.compare(first, blank)).toMatchObject({
      similarity: null,
      cosine: null,
      second: { subject: null },
    })
  })

  test('an error names its side', async () => {
    await expect(engine.compare(first, Buffer.alloc(0))).rejects.toMatchObject({
      code: 'picture_empty',
      which: 'second',
    })
    await expect(engine.compare(Buffer.from('%PDF-1.7'), first)).rejects.toMatchObject({ which: 'first' })
  })
})

test('bad bytes get named errors from the worker', async () => {
  const cases: [Buffer, string][] = [
    [Buffer.alloc(0), 'picture_empty'],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'picture_format_unknown'],
    [first.subarray(0, first.length >> 1), 'picture_damaged'],
  ]
  for (const [bytes, code] of cases) await expect(engine.analyse(bytes)).rejects.toMatchObject({ code })
  expect(engine.stats()).toMatchObject({ workers: 2, restarts: 0, queued: 0 })
})

test('two people, 40 times in turn, get the numbers they get alone', async () => {
  const want = { template: true, traits: true, liveness: true }
  const alone = [
    numbers(await engine.analyse(first, { want })),
    numbers(await engine.analyse(second, { want })),
  ]
  for (let round = 0; round < 2; round++) {
    const reports = await Promise.all(
      Array.from({ length: 10 }).flatMap(() => [
        engine.analyse(first, { want }),
        engine.analyse(second, { want }),
      ]),
    )
    for (const [index, report] of reports.entries()) expect(numbers(report)).toEqual(alone[index % 2])
  }
})

test('the caller keeps its bytes', async () => {
  const bytes = Uint8Array.from(first)
  await engine.analyse(bytes)
  expect(bytes).toHaveLength(first.length)
})

test('engines start, finish what they were given, and stop', async () => {
  for (let round = 0; round < 2; round++) {
    const many = await createEngine({ workers: 2 })
    const pictures = Array.from({ length: 4 }, () =>
      many.analyse(first, { want: { traits: false, liveness: false } }),
    )
    await many.close()
    expect((await Promise.all(pictures)).every(({ faces }) => faces.length === 1)).toBe(true)
  }
})

test('importing the engine leaves what sharp may load to the program that imports it', () => {
  const script = `import sharp from 'sharp'
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    console.log((await sharp(Buffer.from(svg)).metadata()).format)`
  const arguments_ = ['--import', 'tsx', '--input-type=module', '-e', script]
  expect(spawnSync(process.execPath, arguments_, { encoding: 'utf8' }).stdout.trim()).toBe('svg')
})

test('a folder without compiled nets stops the start with the command that makes them, and starts nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-no-models-'))
  const starts = vi.spyOn(ChildProcess.prototype as unknown as { spawn(): unknown }, 'spawn')
  const connects = vi.spyOn(Socket.prototype, 'connect')
  const opened = createEngine({ workers: 1, modelsDirectory: directory })
  await expect(opened).rejects.toMatchObject({
    code: 'model_missing',
    message: expect.stringMatching(/liveface-no-models-.*\.onnx; compile it with: npx liveface models build/),
  })
  expect(readdirSync(directory)).toEqual([])
  expect([starts, connects].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  vi.restoreAllMocks()
  rmSync(directory, { recursive: true })
})
