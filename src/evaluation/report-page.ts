/** A report as one HTML page that needs nothing beside it. */
import { escapeText } from './plot.ts'

export interface ReportPage {
  title: string
  /** Facts of the measurement: name and value. */
  facts: readonly (readonly [string, string])[]
  tables: readonly { title: string; rows: readonly (readonly string[])[] }[]
  /** What the numbers do not say. */
  notes: readonly string[]
  /** SVG */
  plot: string
}

export function toHtml({ title, facts, tables, notes, plot }: ReportPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeText(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse } th, td { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid #ddd }
</style>
</head>
<body>
<h1>${escapeText(title)}</h1>
${toTable(facts.map(([name, value]) => [name, value]))}
${tables.map((table) => `<h2>${escapeText(table.title)}</h2>\n${toTable(table.rows, true)}`).join('\n')}
${plot}
${notes.map((note) => `<p>${escapeText(note)}</p>`).join('\n')}
</body>
</html>
`
}

function toTable(rows: readonly (readonly string[])[], hasHead = false): string {
  const lines = rows.map((row, index) => {
    const cell = hasHead && index === 0 ? 'th' : 'td'
    return `<tr>${row.map((value) => `<${cell}>${escapeText(value)}</${cell}>`).join('')}</tr>`
  })
  return `<table>\n${lines.join('\n')}\n</table>`
}
