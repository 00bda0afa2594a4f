/** `npm run train:pad` in its short form: a few steps on six pictures, which teach nothing. Nets, engine and Python are real. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import { modelsCommand } from '../src/commands/models.ts'
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
