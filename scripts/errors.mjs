/** `npm run errors`: writes docs/reference/errors.md out of the tables that the server answers from. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dialects } from '../src/dialects/index.ts'
import { root } from './setup.mjs'

const line = (cells) => `| ${cells.join(' | ')} |`
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

async function section({ name, title }) {
  const { table, reference } = await import(`../src/dialects/${name}/errors.ts`)
  const heads = ['Status', ...reference.columns]
  const rows = Object.values(table).toSorted(([a], [b]) => a - b)
  return [
    `## ${title}`,
    '',
    reference.note,
    `[What this server speaks of it](../../src/dialects/${name}/README.md).`,
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map(([status, ...rest]) => {
      // A text that is not given is the one before it.
      const texts = rest.filter((value) => typeof value === 'string')
      return line([status, ...reference.columns.map((_, index) => cell(texts[index] ?? texts.at(-1)))])
    }),
    '',
  ].join('\n')
}

/** @returns the page's text */
export async function errorPage() {
  return `# Errors

Every error with a fixed text, by API. Written by \`npm run errors\` out of the tables that the server answers from; do not
edit it by hand. 503 comes with \`Retry-After\` in seconds.

${(await Promise.all(dialects.map(section))).join('\n')}`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(root, 'docs', 'reference', 'errors.md'), await errorPage())
}
