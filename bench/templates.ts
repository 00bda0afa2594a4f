import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Engine } from '../src/engine/index.ts'

/**
 * The template of each picture below `folder`, by path; null where no face was found. Keeps `ahead` pictures in the
 * engine's queue and tells on a terminal how far it is.
 */
export async function makeTemplates(
  engine: Engine,
  folder: string,
  paths: readonly string[],
  ahead = 4,
): Promise<Map<string, Float32Array | null>> {
  const templates = new Map<string, Float32Array | null>()
  const want = { template: true, traits: false, liveness: false }
  let next = 0
  const lane = async () => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const { subject } = await engine.analyse(readFileSync(resolve(folder, path)), { want })
      templates.set(path, subject?.template ?? null)
      if (process.stderr.isTTY) process.stderr.write(`\r${templates.size} of ${paths.length} pictures `)
    }
  }
  await Promise.all(Array.from({ length: ahead }, lane))
  if (process.stderr.isTTY) process.stderr.write('\n')
  return templates
}
