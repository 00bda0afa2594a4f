/** Line charts as plain SVG: a few dozen lines instead of a charting library. */

export interface Series {
  name: string
  colour: string
  /** x and y in the axes' own units, by rising x. */
  points: readonly (readonly [number, number])[]
  /** Shades the area down to the x axis. */
  filled?: boolean
}

export interface Axis {
  label: string
  from: number
  to: number
  ticks: readonly number[]
  /** Logarithmic: `from`, `to` and `ticks` are still plain values. */
  log?: boolean
  format?: (value: number) => string
}

export interface Chart {
  title: string
  x: Axis
  y: Axis
  series: readonly Series[]
  /** Dashed vertical lines. */
  marks?: readonly { x: number; label: string }[]
}

const width = 760
const height = 420
const frame = { left: 70, right: 20, top: 44, bottom: 56 }

/** Several charts below one another in one SVG document. */
export function drawCharts(charts: readonly Chart[]): string {
  const body = charts.map(
    (chart, index) => `<g transform="translate(0 ${index * height})">${drawChart(chart)}</g>`,
  )
  return svgDocument(width, height * charts.length, body)
}

/** A white page of drawn parts, in pixels. */
export function svgDocument(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` font-family="system-ui, sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function drawChart({ title, x, y, series, marks = [] }: Chart): string {
  const across = scale(x, frame.left, width - frame.right)
  const up = scale(y, height - frame.bottom, frame.top)
  const bottom = height - frame.bottom
  const parts = [
    `<text x="${width / 2}" y="24" text-anchor="middle" font-size="15">${escapeText(title)}</text>`,
  ]
  for (const tick of x.ticks) {
    const at = across(tick)
    parts.push(`<path d="M${at} ${frame.top}V${bottom}" stroke="#e4e4e4"/>`)
    parts.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${escapeText(text(x, tick))}</text>`)
  }
  for (const tick of y.ticks) {
    const at = up(tick)
    parts.push(`<path d="M${frame.left} ${at}H${width - frame.right}" stroke="#e4e4e4"/>`)
    parts.push(
      `<text x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${escapeText(text(y, tick))}</text>`,
    )
  }
  const middle = (frame.top + bottom) / 2
  parts.push(`<text x="${width / 2}" y="${height - 14}" text-anchor="middle">${escapeText(x.label)}</text>`)
  parts.push(
    `<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">${escapeText(y.label)}</text>`,
  )
  for (const { points, colour, filled } of series) {
    const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${across(px)} ${up(py)}`).join('')
    if (filled && points.length > 0) {
      const close = `L${across(points.at(-1)![0])} ${bottom}L${across(points[0]![0])} ${bottom}Z`
      parts.push(`<path d="${path}${close}" fill="${colour}" fill-opacity="0.18"/>`)
    }
    parts.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`)
  }
  for (const { x: at, label } of marks) {
    parts.push(`<path d="M${across(at)} ${frame.top}V${bottom}" stroke="#555" stroke-dasharray="5 4"/>`)
    parts.push(`<text x="${across(at) + 5}" y="${frame.top + 12}" fill="#555">${escapeText(label)}</text>`)
  }
  series.forEach(({ name, colour }, index) => {
    const at = frame.top + 14 + 18 * index
    parts.push(`<rect x="${frame.left + 12}" y="${at - 9}" width="12" height="12" fill="${colour}"/>`)
    parts.push(`<text x="${frame.left + 30}" y="${at + 2}">${escapeText(name)}</text>`)
  })
  return parts.join('\n')
}

function scale({ from, to, log = false }: Axis, start: number, end: number): (value: number) => number {
  const bend = log ? Math.log10 : (value: number) => value
  const [low, high] = [bend(from), bend(to)]
  return (value) => {
    const share = (bend(log ? Math.max(value, from) : value) - low) / (high - low)
    return Math.round((start + Math.min(1, Math.max(0, share)) * (end - start)) * 10) / 10
  }
}

function text({ format = String }: Axis, value: number): string {
  return format(value)
}

export function escapeText(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
