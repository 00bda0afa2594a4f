/** One row of a table, and the line of the file in which it begins. */
export interface CsvRow {
  line: number
  values: string[]
}

/**
 * Comma-separated rows, as spreadsheets write them: a value in quotes may hold commas, line breaks and doubled quotes.
 * Empty lines are passed over; a byte order mark is too.
 * @throws Error when a quote is not closed
 */
export function readRows(text: string): CsvRow[] {
  const rows: CsvRow[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  const source = text.replace(/^\ufeff/, '')
  let [line, values] = [1, [] as string[]]
  let begins = 1
  while (pattern.lastIndex < source.length) {
    const from = pattern.lastIndex
    const match = pattern.exec(source)
    if (!match) throw new Error(`Line ${line}: a quote is not closed, or stands within a value.`)
    const [whole, quoted, plain, end] = match
    values.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    line += whole.split('\n').length - 1
    if (end === ',' && pattern.lastIndex < source.length) continue
    if (end === ',') values.push('')
    if (values.length > 1 || values[0] !== '') rows.push({ line: begins, values })
    ;[values, begins] = [[], line]
    if (pattern.lastIndex === from) break
  }
  return rows
}
