import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * Folder with the photographs that may not be committed (LFW, PAD and trait sets): LIVEFACE_SHARED,
 * by default ../shared beside the clone. Null when it is not there: such suites then skip and say so.
 */
export function sharedDirectory(): string | null {
  const directory = resolve(process.env.LIVEFACE_SHARED ?? '../shared')
  return existsSync(resolve(directory, 'data')) ? directory : null
}
