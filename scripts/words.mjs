/** `npm run lint`: no file uses a word that docs/style.md refuses. Exit code 1 with a line for each that does. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const rules = 'docs/style.md'
const isWritten = /\.(md|ts|tsx|mjs|py)$/
/** Other people's words, and what was measured. */
const isQuoted = /^(test\/fixtures|bench\/results)\//

const [, table = ''] = readFileSync(join(root, rules), 'utf8').split('## Words that lint refuses')
export const refused = [...table.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, word, instead]) => ({
  word,
  instead,
  pattern: word.endsWith('X')
    ? new RegExp(`\\b${word.slice(0, -1)}(?=[A-Z])(?!Squares)`)
    : new RegExp(`\\b${word.replace(' ', '\\s+')}\\b`, 'i'),
}))

/** @returns one line for each refused word in a text */
export function findRefused(text) {
  return text.split('\n').flatMap((line, index) => {
    // Names come apart, so that `makeIndex` holds the word index.
    const apart = line.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ')
    return refused
      .filter(({ word, pattern }) => pattern.test(word.endsWith('X') ? line : apart))
      .map(({ word, instead }) => `${index + 1}: "${word}": write ${instead}`)
  })
}

if (process.argv[1] === import.meta.filename) {
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = stdout
    .split('\n')
    .filter((file) => isWritten.test(file) && !isQuoted.test(file) && file !== rules)
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    for (const line of findRefused(readFileSync(join(root, file), 'utf8'))) {
      process.stdout.write(`${file}:${line}\n`)
      process.exitCode = 1
    }
  }
}
