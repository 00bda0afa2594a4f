/**
 * `npm run client-types`: writes src/client/api-types.ts and clients/python/liveface/_types.py out of the OpenAPI document
 * that the server shows.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonTypes } from './python-types.mjs'
import { root } from './setup.mjs'

export const typesFile = join(root, 'src/client/api-types.ts')
export const pythonTypesFile = join(root, 'clients/python/liveface/_types.py')

/**
 * @param document the OpenAPI document of Liveface's own API, as JSON
 * @returns its shapes as TypeScript
 */
export function clientTypes(document) {
  const folder = mkdtempSync(join(tmpdir(), 'liveface-types-'))
  try {
    const source = join(folder, 'liveface.json')
    writeFileSync(source, document)
    const tool = join(root, 'node_modules/swagger-typescript-api/dist/cli.mjs')
    const output = ['-o', folder, '-n', 'types.ts', '--no-client', '--silent']
    execFileSync(process.execPath, [tool, 'generate', '-p', source, ...output])
    const types = readFileSync(join(folder, 'types.ts'), 'utf8')
      // The tool's own heading, and bounds that every whole number has.
      .replace(/^[\s\S]*?-{20,}[\s\S]*?-{20,}\n \*\/\n/, '')
      // Of a row nothing is said but that it has fields.
      .replace(/Partial<Record<string, any>>/g, 'Record<string, unknown>')
      .replace(/^ *\* @(?:min|max) -?9007199254740991\n/gm, '')
    const heading = '/** Shapes of Liveface’s own API. Written by `npm run client-types`; do not edit. */\n'
    const format = ['format', `--stdin-file-path=${typesFile}`]
    return execFileSync(join(root, 'node_modules/.bin/biome'), format, {
      cwd: root,
      input: heading + types,
      encoding: 'utf8',
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  const { startTestServer } = await import('../test/support/server.ts')
  const { stubEngine } = await import('../test/support/stub-engine.ts')
  const server = await startTestServer({ engine: stubEngine() })
  const answer = await fetch(`${server.url}/openapi/liveface.json`)
  const document = await answer.text()
  writeFileSync(typesFile, clientTypes(document))
  writeFileSync(pythonTypesFile, pythonTypes(JSON.parse(document).components.schemas))
  await server.stop()
}
