/** `npm run settings`: writes docs/reference/settings.md out of the settings themselves. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listSettings } from '../src/commands/settings.ts'
import { root } from './setup.mjs'

const cell = (text) => text.replaceAll('|', '\\|')

/** A default that the meaning explains depends on the machine or on other settings. */
function row({ name, fallback, meaning }) {
  const shown = fallback === '' || meaning.includes('Default:') ? '' : `\`${fallback}\``
  return `| \`${name}\` | ${shown} | ${cell(meaning)} |`
}

/** The whole page. */
export function settingsPage() {
  return `# Settings

Environment variables, read once when a command starts. An empty one counts as absent; a wrong one, one that does not
exist, or two that contradict each other end the command with a sentence each. \`npx liveface doctor --settings\` prints the
same list. This page is written by \`npm run settings\`.

| Variable | Default | Meaning |
|---|---|---|
${listSettings().map(row).join('\n')}
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'docs', 'reference', 'settings.md'), settingsPage())
}
