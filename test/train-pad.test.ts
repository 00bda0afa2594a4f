/**
 * `npm run train:pad` in its short form: a few steps on six pictures, which teach nothing. Nets, engine and Python are real,
 * but where a stub stands for Python: a training that never ends, and so hides what torch does with a signal.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { modelsCommand } from '../src/commands/models.ts'
import { until } from './support/patience.ts'
import { portrait } from './support/pictures.ts'
import { runCommand } from './support/run-command.ts'

const python = process.env.TRAINING_PYTHON || 'python3'
const hasTorch = spawnSync(python, ['-c', 'import numpy, onnx, torch']).status === 0

/** Each person as they are, and behind a pattern, as on a screen. */
async function writeCaptures(folder: string): Promise<void> {
  const stripes = Buffer.from(Array.from({ length: 16 * 3 }, (_, index) => (index % 6 < 3 ? 20 : 0)))
  for (const name of ['personA', 'personB', 'personC'] as const) {
    const bytes = await portrait(name)
    const pattern = { input: stripes, raw: { width: 4, height: 4, channels: 3 as const }, tile: true }
    const shown = await sharp(bytes)
      .composite([{ ...pattern, blend: 'add' }])
      .jpeg()
      .toBuffer()
    for (const [side, picture] of [
      ['live', bytes],
      ['attack/screen', shown],
    ] as const) {
      mkdirSync(join(folder, side, name), { recursive: true })
      writeFileSync(join(folder, side, name, '1.jpg'), picture)
    }
  }
}

it.each(['SIGINT', 'SIGTERM'] as const)('leaves no faces behind when it is ended by %s', async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'liveface-train-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await writeCaptures(folder)
  const [stub, begun, temporary] = ['python', 'begun', 'temporary'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(temporary)
  writeFileSync(stub, `#!/bin/sh\necho $$ > ${begun}\nexec sleep 600\n`, { mode: 0o755 })
  const env = { ...process.env, TMPDIR: temporary, TRAINING_PYTHON: stub }
  const training = spawn(process.execPath, ['scripts/train-pad.mjs', folder, '--to', join(folder, 'net')], {
    env,
  })
  const ended = once(training, 'exit')
  onTestFinished(() => void training.kill('SIGKILL'))
  const pid = () => Number(existsSync(begun) && readFileSync(begun, 'utf8'))
  await until(async () => pid() > 0, 'The training')
  const views = () => readdirSync(temporary).filter((name) => name.startsWith('liveface-views-'))
  expect(views()).toHaveLength(1)
  training.kill(signal)
  expect(await ended).toEqual([constants.signals[signal] + 128, null])
  expect(views()).toEqual([])
  expect(() => process.kill(pid(), 0)).toThrow('ESRCH')
})

/** Of people on both sides, on one side, and of pictures without a name. */
const drawnApart = `
import sys
sys.path.insert(0, 'training/pad')
from apart import split
rows = [dict(label=label, person=f'p{n}', path=f'{label}/{n}') for label in (0, 1) for n in range(20)]
rows += [dict(label=0, person=None, path=f'attack/{n}') for n in range(5)]
for seed in range(50):
    apart = split(rows, seed)
    assert apart[:20] == apart[20:40], 'a person is apart on one side alone'
    for label in (0, 1):
        own = [is_apart for row, is_apart in zip(rows, apart) if row['label'] == label]
        assert 1 <= sum(own) <= len(own) // 2, (seed, sum(own))
`
const hasPython = spawnSync(python, ['--version']).status === 0

it.skipIf(!hasPython)('keeps a person apart on both sides or on none (needs python3)', () => {
  const { status, stderr } = spawnSync(python, ['-c', drawnApart], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

if (hasTorch) {
  it('a folder of captures becomes a net that can be added', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liveface-train-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    await writeCaptures(folder)
    const net = join(folder, 'net')
    const args = [
      'scripts/train-pad.mjs',
      folder,
      '--to',
      net,
      '--name',
      'mine',
      '--steps',
      '2',
      '--batch',
      '4',
    ]
    const env = { ...process.env, TRAINING_PYTHON: python }
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(/^6 captures in which a face can be judged\.$/m)
    expect(stdout).toMatch(/^2 steps\. Of 1 attacks kept apart/m)
    expect(JSON.parse(readFileSync(join(net, 'mine.json'), 'utf8'))).toMatchObject({ name: 'mine' })

    const before = process.env.LIVEFACE_DATA_DIR
    onTestFinished(() => {
      if (before === undefined) delete process.env.LIVEFACE_DATA_DIR
      else process.env.LIVEFACE_DATA_DIR = before
    })
    process.env.LIVEFACE_DATA_DIR = join(folder, 'data')
    const files = [join(net, 'mine.onnx'), '--description', join(net, 'mine.json')]
    const added = await runCommand([modelsCommand()], ['models', 'add', ...files])
    expect(added).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('Added mine') })
  })
} else {
  it('is skipped: Python has no torch, numpy and onnx here (TRAINING_PYTHON may name one that has)', () => {})
}
