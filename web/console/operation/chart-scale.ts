/** The round number at or above a value where a chart's axis ends. */
export function axisEnd(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value) ?? 10
  return step * power
}

/** A line through values from left to right, broken where one is missing, in a drawing of this size. */
export function linePath(
  values: readonly (number | null)[],
  end: number,
  width: number,
  height: number,
): string {
  const step = width / Math.max(1, values.length)
  let isOpen = false
  return values
    .map((value, index) => {
      if (value === null) {
        isOpen = false
        return ''
      }
      const x = Math.round((index + 0.5) * step * 10) / 10
      const y = Math.round((height - (value / end) * height) * 10) / 10
      // A point alone is a line of no length, which round caps make a dot.
      const start = `M${x} ${y}${values[index + 1] == null ? 'h0' : ''}`
      const text = isOpen ? `L${x} ${y}` : start
      isOpen = true
      return text
    })
    .join('')
}
