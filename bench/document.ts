import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const headings = `# Models

What Liveface measures with, where it comes from, and how well it does. Each section between markers is written
by the command it names; do not edit those by hand.
`

/**
 * Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a document; appends the section when the
 * document has none yet and begins the document when it is not there. Everything else is left alone.
 */
export function writeSection(file: string, name: string, body: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : headings
  writeFileSync(file, replaceSection(text, name, body))
}

export function replaceSection(text: string, name: string, body: string): string {
  const open = `<!-- ${name} -->`
  const close = `<!-- /${name} -->`
  const section = `${open}\n${body.trim()}\n${close}`
  const from = text.indexOf(open)
  const to = text.indexOf(close)
  if (from >= 0 && to > from) return text.slice(0, from) + section + text.slice(to + close.length)
  return `${text.trimEnd()}\n\n${section}\n`
}
