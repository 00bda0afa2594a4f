/** Nothing is a stub: the nets run, in a command and in a server. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkCommand } from '../src/commands/check.ts'
import { keysCommand } from '../src/commands/keys.ts'
import { modelsCommand } from '../src/commands/models.ts'
import { encodeModel } from '../src/compiler/onnx.ts'
import { readDescription } from '../src/engine/added/description.ts'
import { checksumOf } from '../src/engine/added/folder.ts'
import { toInput, toProbability } from '../src/engine/added/pad-net.ts'
import { fromLogOdds, logOdds } from '../src/engine/log-odds.ts'
import { form } from './support/form.ts'
import { portrait } from './support/pictures.ts'
import { runCommand } from './support/run-command.ts'
import { startTestServer } from './support/server.ts'

let folder: string
let data: string
/** What the nets of the package say. */
let packaged: Awaited<ReturnType<typeof check>>
const before = { ...process.env }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liveface-nets-'))
  writeFileSync(join(folder, 'person.jpg'), await portrait('personA'))
  useFolder()
  packaged = await check()
})
beforeEach(useFolder)
afterAll(() => {
  process.env = before
  rmSync(folder, { recursive: true, force: true })
})

function useFolder(): void {
  data = mkdtempSync(join(folder, 'data-'))
  Object.assign(process.env, { LIVEFACE_DATA_DIR: data, LIVEFACE_WORKERS: '1' })
}

const liveface = (...args: string[]) => runCommand([modelsCommand(), checkCommand(), keysCommand()], args)

/** A net whose only output is the mean of its input: `range` decides what it says. */
function meanNet(): Uint8Array {
  return encodeModel({
    name: 'mean',
    inputs: [{ name: 'picture', shape: ['N', 3, 16, 16] }],
    outputs: [{ name: 'logit', shape: ['N'] }],
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['picture'],
        output: 'logit',
        attributes: { axes: [1, 2, 3], keepdims: 0 },
      },
    ],
    constants: new Map(),
  })
}

interface Written {
  name?: string
  onnx?: Uint8Array
  changes?: Record<string, unknown>
}

/** Writes a net and its description. @returns their paths */
function write({ name = 'mine', onnx = meanNet(), changes = {} }: Written = {}) {
  const [net, description] = [join(folder, `${name}.onnx`), join(folder, `${name}.json`)]
  writeFileSync(net, onnx)
  const said = {
    kind: 'pad',
    name,
    licence: 'Ours alone',
    sha256: checksumOf(onnx),
    input: { name: 'picture', size: 16, range: [4, 4.5] },
    crop: { factor: 2 },
    output: { name: 'logit', meaning: 'logit' },
    ...changes,
  }
  writeFileSync(description, JSON.stringify(said))
  return { net, description }
}

async function add(written: Written = {}) {
  const { net, description } = write(written)
  return liveface('models', 'add', net, '--description', description)
}

interface Checked {
  report: { subject: { liveness: { score: number; net?: string; cues: { name: string; score: number }[] } } }
}
async function check() {
  const { stdout } = await liveface('check', join(folder, 'person.jpg'), '--json')
  return (JSON.parse(stdout) as Checked).report.subject.liveness
}

/** `models use` writes into the audit log, for which there must be a database. */
const makeRecords = () => liveface('keys', 'create', '--dialect', 'liveface')

describe('liveface models', () => {
  it('lets an added net decide, and the packaged ones again', async () => {
    expect(packaged.net).toBeUndefined()
    await makeRecords()
    const added = await add({ name: 'all-live' })
    expect(added.stdout).toContain('liveface models use pad all-live')
    await add({ name: 'all-spoof', changes: { input: { name: 'picture', size: 16, range: [-4.5, -4] } } })

    await liveface('models', 'use', 'pad', 'all-spoof')
    const used = await liveface('models', 'use', 'pad', 'all-live')
    expect(used.stdout).toContain('liveface models use pad all-spoof')
    const live = await check()
    expect(live).toMatchObject({ net: 'all-live', cues: [{ name: 'added_net' }] })
    expect(live.score).toBeGreaterThan(fromLogOdds(3.9))
    const listed = (await liveface('models', 'list')).stdout
    expect(listed).toMatch(/all-live +pad +yes +Ours alone/)
    expect(listed).toMatch(/all-spoof +pad +no +Ours alone/)
    expect(listed).toMatch(/pad-texture +packaged +no /)
    expect(listed).toMatch(/pad-drawn +packaged +yes /)

    await liveface('models', 'use', 'pad', 'packaged')
    expect(await check()).toEqual(packaged)
  })

  it('answers through a server, without the error rates of other nets, with rows of the audit log', async () => {
    await makeRecords()
    await add({ changes: { input: { name: 'picture', size: 16, range: [-4.5, -4] } } })
    await liveface('models', 'use', 'pad', 'mine')
    const server = await startTestServer({ dataDirectory: data })
    try {
      const { headers } = await server.client('liveface')
      const picture = await portrait('personA')
      const answer = await fetch(`${server.url}/api/v1/liveness`, {
        method: 'POST',
        headers,
        body: form({ picture }),
      })
      expect(await answer.json()).toMatchObject({
        verdict: 'fail',
        error_rates: null,
        cues: [{ name: 'added_net' }],
      })
      const [row] = (await server.services.audit.list()).filter(({ action }) => action === 'net.used')
      expect(row).toMatchObject({
        actor: 'operator',
        subject: 'mine',
        details: { kind: 'pad', before: 'packaged', sha256: checksumOf(meanNet()) },
      })
    } finally {
      await server.stop()
    }
  })

  it('cuts and feeds a described net as the package does its own', async () => {
    await makeRecords()
    // The packaged net for the skin, with the calibration of its cue (src/engine/liveness/calibration.ts).
    await add({
      onnx: readFileSync('models/pad-face.onnx'),
      changes: {
        input: { name: 'skin', size: 112 },
        crop: { factor: 1.15, edges: 'black' },
        output: { name: 'skin_logit', meaning: 'logit', scale: 0.61107, bias: -0.2499 },
      },
    })
    await liveface('models', 'use', 'pad', 'mine')
    const texture = packaged.cues.find(({ name }) => name === 'texture')!
    expect((await check()).score).toBeCloseTo(texture.score, 5)
  })

  it.each<[string, Written, RegExp]>([
    ['another checksum', { changes: { sha256: 'a'.repeat(64) } }, /checksum/],
    ['no ONNX file', { onnx: Buffer.from('hello') }, /protobuf|model|load/i],
    ['another input', { changes: { input: { name: 'image', size: 16 } } }, /no input image, but picture/],
    [
      'another output',
      { changes: { output: { name: 'live', meaning: 'logit' } } },
      /no output live, but logit/,
    ],
    ['another size', { changes: { input: { name: 'picture', size: 32 } } }, /dimension|shape/i],
    [
      'more classes than numbers',
      { changes: { output: { name: 'logit', meaning: 'logits', classes: 3, live: 1 } } },
      /Expected 3 numbers in the output logit but received 1/,
    ],
    [
      'a probability that is none',
      { changes: { output: { name: 'logit', meaning: 'probability' } } },
      /no probability/,
    ],
    ['a name that is a path', { changes: { name: '../mine' } }, /name: must be up to 40 small letters/],
    ['a word nobody knows', { changes: { colour: 'red' } }, /colour/],
    ['a net for templates', { changes: { kind: 'template' } }, /`template` cannot be added/],
    ['a net for detection', { changes: { kind: 'detector' } }, /`detector` cannot be added/],
  ])('refuses %s and keeps nothing', async (_, written, message) => {
    const { status, stderr } = await add(written)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(join(data, 'nets'))).toBe(false)
  })

  it('refuses a second net of one name, a net that is not there and another kind', async () => {
    await makeRecords()
    await add()
    expect((await add()).status).toBe(0)
    const other = await add({ changes: { input: { name: 'picture', size: 16 } }, onnx: otherNet() })
    expect(other.stderr).toBe('Another net is called mine.')
    expect((await add({ changes: { measures: 'said otherwise' } })).stderr).toBe(
      'Another net is called mine.',
    )
    expect((await liveface('models', 'use', 'pad', 'nobody')).stderr).toBe('There is no added net nobody.')
    expect((await liveface('models', 'use', 'template', 'mine')).stderr).toContain('Only `pad`')
  })

  it('starts nothing with a net that was changed on the disk', async () => {
    await makeRecords()
    await add()
    await liveface('models', 'use', 'pad', 'mine')
    writeFileSync(join(data, 'nets', 'mine.onnx'), otherNet())
    const { status, stderr } = await liveface('check', join(folder, 'person.jpg'))
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('checksum') })
    expect((await liveface('models', 'use', 'pad', 'packaged')).status).toBe(0)
    expect((await liveface('models', 'list')).stdout).toMatch(/mine +pad +no/)
  })
})

/** The same net under another name, so of another checksum. */
function otherNet(): Uint8Array {
  const bytes = Buffer.from(meanNet())
  bytes.write('else', bytes.indexOf('mean'))
  return bytes
}

describe('a description', () => {
  it('reads as the guide writes it', () => {
    const guide = readFileSync('docs/guides/own-cameras.md', 'utf8')
    const [example = ''] = /^ {4}\{\n[\s\S]*?^ {4}\}$/m.exec(guide) ?? []
    expect(readDescription(example)).toMatchObject({ name: 'my-cameras', output: { live: 1, scale: 1 } })
  })

  const input = {
    name: 'x',
    size: 1,
    layout: 'nchw',
    colours: 'rgb',
    range: [0, 1],
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  } as Parameters<typeof toInput>[1]
  const planes = Float32Array.of(0, 51, 102, 153, 204, 255)

  it.each([
    ['planes of RGB', {}, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['planes of BGR', { colours: 'bgr' }, [0.8, 1, 0.4, 0.6, 0, 0.2]],
    ['pixels of RGB', { layout: 'nhwc' }, [0, 0.4, 0.8, 0.2, 0.6, 1]],
    ['pixels of BGR', { layout: 'nhwc', colours: 'bgr' }, [0.8, 0.4, 0, 1, 0.6, 0.2]],
    [
      'mean and deviation of each colour',
      { mean: [0, 0.4, 1], deviation: [1, 0.5, 2] },
      [0, 0.2, 0, 0.4, -0.1, 0],
    ],
  ])('makes %s', (_, changes, expected) => {
    const made = toInput(planes, { ...input, ...changes } as typeof input)
    for (const [index, value] of expected.entries()) expect(made[index]).toBeCloseTo(value, 5)
  })

  const output = { name: 'y', scale: 1, bias: 0 }
  it.each([
    ['a logit', [2], { meaning: 'logit' }, fromLogOdds(2)],
    ['a probability', [0.8], { meaning: 'probability' }, 0.8],
    ['logits', [0, Math.log(6), Math.log(2)], { meaning: 'logits', classes: 3, live: 1 }, 6 / 9],
    ['probabilities', [0.1, 0.2, 0.7], { meaning: 'probabilities', classes: 3, live: 2 }, 0.7],
    [
      'a calibration',
      [0.8],
      { meaning: 'probability', scale: 2, bias: -1 },
      fromLogOdds(2 * logOdds(0.8) - 1),
    ],
  ] as const)('reads %s', (_, numbers, said, expected) => {
    expect(toProbability(Float32Array.from(numbers), { ...output, ...said })).toBeCloseTo(expected, 5)
  })
})
