/** A progress bar on stderr: a line that moves on a terminal, nothing elsewhere, so that pipes stay clean. */
export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr) {
  let done = 0
  const shown = stream.isTTY && total > 1
  return {
    step() {
      done++
      if (!shown) return
      const filled = Math.round((30 * done) / total)
      stream.write(`\r[${'#'.repeat(filled)}${' '.repeat(30 - filled)}] ${done}/${total}`)
      if (done === total) stream.write('\r\u001b[K')
    },
  }
}

/**
 * Text for a terminal: names that callers chose must not move its cursor, set its title or turn words around.
 * Control characters and those that change the direction of writing are written as their code points.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A line on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/**
 * JSON for a terminal, which stays the same JSON: `JSON.stringify` escapes what is below U+0020 alone, and what else
 * `printable` escapes stands nowhere but in strings.
 * @param json already encoded, on one line or several
 */
export function printableJson(json: string): string {
  return json.replaceAll(/[^\n]+/g, printable)
}

/** A value as JSON on standard output. @param indent spaces for each level; absent: all on one line */
export function printJson(value: unknown, indent?: number): void {
  print(printableJson(JSON.stringify(value, null, indent)))
}

/** A number and what it counts: `1 picture`, `2 galleries`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}

/** Rows of text in columns that line up; the first row is the heading. */
export function table(lines: string[][]): string {
  const rows = lines.map((row) => row.map(printable))
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
