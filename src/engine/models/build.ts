/** Compiles every net of the catalogue and prints a line for each. */
import { stat } from 'node:fs/promises'
import { relative } from 'node:path'
import { netNames } from './catalogue.ts'
import { prepareModel } from './compile.ts'

for (const name of netNames) {
  const { path, compiled } = await prepareModel(name)
  const megabytes = ((await stat(path)).size / 1e6).toFixed(1)
  console.log(
    `${name.padEnd(18)} ${megabytes.padStart(5)} MB  ${compiled ? 'compiled' : 'current '}  ${relative('.', path)}`,
  )
}
