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

/** Rows of text in columns that line up; the first row is the heading. */
export function table(rows: string[][]): string {
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
