/** Horizontal bars as plain SVG, one panel of bars for each quantity. */
import { escapeText, svgDocument } from '../src/evaluation/plot.ts'

export interface Panel {
  title: string
  bars: readonly { name: string; value: number; colour: string; note?: string }[]
  /** How a value is written beside its bar. */
  format: (value: number) => string
}

const width = 760
const left = 230
const right = 150
const rowHeight = 28
const head = 44

export function drawPanels(panels: readonly Panel[]): string {
  let top = 0
  const parts = panels.map((panel) => {
    const body = `<g transform="translate(0 ${top})">${drawPanel(panel)}</g>`
    top += head + rowHeight * panel.bars.length + 16
    return body
  })
  return svgDocument(width, top, parts)
}

function drawPanel({ title, bars, format }: Panel): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value, colour, note = '' }, index) => {
    const y = head + rowHeight * index
    const length = Math.round(((width - left - right) * value) / most)
    return [
      `<text x="${left - 10}" y="${y + 15}" text-anchor="end">${escapeText(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${length}" height="${rowHeight - 8}" fill="${colour}"/>`,
      `<text x="${left + length + 8}" y="${y + 15}">${escapeText(`${format(value)} ${note}`.trim())}</text>`,
    ].join('\n')
  })
  const heading = `<text x="${width / 2}" y="26" text-anchor="middle" font-size="15">${escapeText(title)}</text>`
  return [heading, ...rows].join('\n')
}
