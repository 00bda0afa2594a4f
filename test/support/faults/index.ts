/** Faults of native code in the engine's real workers, with the real nets loaded. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `loop` never returns; `hoard` allocates without end. */
export type NativeFault = 'segfault' | 'abort' | 'loop' | 'hoard'

/** The same picture to every decoder, with a mark behind its end that the planted code obeys. */
export function withFault(picture: Buffer, fault: NativeFault, salt = ''): Buffer {
  return Buffer.concat([picture, Buffer.from(`${salt}PLANTED:${fault}`)])
}

/**
 * Builds the addon with the C compiler and says how processes below are made to load it.
 * @returns environment variables for the process that starts the engine; null without a compiler
 */
export function plantNativeFaults(): Record<string, string> | null {
  const addon = join(mkdtempSync(join(tmpdir(), 'liveface-fault-')), 'fault.node')
  const source = fileURLToPath(new URL('./native-fault.c', import.meta.url))
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', addon, source])
  if (status !== 0) return null
  const preload = new URL('./plant.mjs', import.meta.url).href
  return {
    PLANTED_ADDON: addon,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${preload}`.trim(),
  }
}
