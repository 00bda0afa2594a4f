import { readFileSync } from 'node:fs'

/** Version of this package, as shown by the command line, in the log and in the API documents. */
export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}
