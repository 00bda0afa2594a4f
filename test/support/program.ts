import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

// @ts-expect-error the scripts are JavaScript without declarations
const { isBuilt } = await import('../../scripts/setup.mjs')

/** Arguments of Node that load TypeScript, from whatever folder it is started in. */
const typescript = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]

/**
 * Arguments of Node that run `liveface`: from dist/ where that was built of these sources, as it is before `npm test`,
 * which takes half the processor time; otherwise from the sources.
 */
export const program: readonly string[] = isBuilt()
  ? [resolve('dist/cli.js')]
  : [...typescript, resolve('src/cli.ts')]
