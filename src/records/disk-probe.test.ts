import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createDiskProbe, probeFile } from './disk-probe.ts'

const directory = mkdtempSync(join(tmpdir(), 'liveface-probe-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it.skipIf(process.platform !== 'linux')('notices a full disk, and room again', async () => {
  const heard: unknown[] = []
  const probe = createDiskProbe(directory, (error) => heard.push(error), 20)
  await probe.start()
  expect(probe.isWritable()).toBe(true)
  // The system's own full disk: it opens, and takes no byte.
  symlinkSync('/dev/full', join(directory, probeFile))
  await expect.poll(() => probe.isWritable()).toBe(false)
  unlinkSync(join(directory, probeFile))
  await expect.poll(() => probe.isWritable()).toBe(true)
  expect(heard).toEqual([expect.objectContaining({ code: 'ENOSPC' }), null])
  probe.stop()
})

it('says nothing where writes take longer than the time between two of them, or where two servers write', async () => {
  const heard: unknown[] = []
  for (let round = 0; round < 10; round++) {
    const probes = Array.from({ length: 20 }, () =>
      createDiskProbe(directory, (error) => heard.push(error), 1),
    )
    await Promise.all(probes.map((probe) => probe.start()))
    for (const probe of probes) probe.stop()
  }
  expect(heard).toEqual([])
})

it('notices a folder that is gone', async () => {
  const probe = createDiskProbe(join(directory, 'none'), () => {}, 20)
  await probe.start()
  expect(probe.isWritable()).toBe(false)
  probe.stop()
})
