/**
 * Before `npm version`: ends with exit code 1 unless CHANGELOG.md begins with a written section for the new version.
 * npm names that version in `npm_new_version`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const version = process.env.npm_new_version
const [, heading = '', body = ''] =
  /^## (.*)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? []

if (!version) refuse('This runs before `npm version`, which sets npm_new_version.')
else if (heading.split(' ')[0] !== version) {
  refuse(
    `CHANGELOG.md begins with "${heading}": name that section ${version} and a date, as "## ${version} (2026-01-31)".`,
  )
} else if (!/^- \S/m.test(body)) refuse(`CHANGELOG.md says nothing about ${version}.`)

function refuse(reason) {
  process.stderr.write(`${reason}\n`)
  process.exitCode = 1
}
