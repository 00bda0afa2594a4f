/** `npm run errors`: writes docs/reference/errors.md out of the tables that the server answers from. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { table as cashfree } from '../src/dialects/cashfree/errors.ts'
import { table as didit } from '../src/dialects/didit/errors.ts'
import { table as indiconnect } from '../src/dialects/indiconnect/errors.ts'
import { table as verifyhq } from '../src/dialects/verifyhq/errors.ts'
import { root } from './setup.mjs'

const code = (text) => `\`${text}\``
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

function section(title, note, heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const ordered = rows.toSorted((a, b) => a[0] - b[0])
  const lines = [`## ${title}`, '', note, '', line(heads), line(heads.map(() => '---')), ...ordered.map(line)]
  return `${lines.join('\n')}\n`
}

/** @returns the page's text */
export function errorPage() {
  const sections = [
    section(
      'Cashfree',
      'The body is `{"type", "code", "message"}`.',
      ['Status', 'type', 'code', 'message'],
      Object.values(cashfree).map(([status, type, name, text]) => [
        status,
        code(type),
        code(name),
        cell(text),
      ]),
    ),
    section(
      'Didit',
      'The body is one key with the text: `detail` or `error`. A field that is missing or wrong is 400 with a list of texts ' +
        'under its name; too many requests are 429 with `detail`; an unknown path is 404 with an HTML page.',
      ['Status', 'Key', 'Text'],
      Object.values(didit).map(([status, key, text]) => [status, code(key), cell(text)]),
    ),
    section(
      'IndiConnect',
      'The body has `status` (`ERROR`), `code` (the HTTP status) and `message`, and beside them what GraphQL clients read: ' +
        '`errors[0].message` and `errors[0].extensions.code`. A request that was understood and cannot be carried out is 200: ' +
        'see [its page](../../src/dialects/indiconnect/README.md).',
      ['Status', 'extensions.code', 'message', 'errors[0].message'],
      Object.values(indiconnect).map(([status, name, text, , top = text]) => [
        status,
        code(name),
        cell(top),
        cell(text),
      ]),
    ),
    section(
      'VerifyHQ',
      'The body is `{"statusCode", "error", "message", "timestamp"}`. Missing or wrong fields are 422 with a list of messages; ' +
        'an unknown path is 404 `Cannot METHOD PATH`.',
      ['Status', 'message'],
      Object.values(verifyhq).map(([status, text]) => [status, cell(text)]),
    ),
  ]
  return `# Errors

Every error with a fixed text, by API. Written by \`npm run errors\` out of the tables that the server answers from; do not
edit it by hand. 503 comes with \`Retry-After\` in seconds.

${sections.join('\n')}`
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(root, 'docs', 'reference', 'errors.md'), errorPage())
}
