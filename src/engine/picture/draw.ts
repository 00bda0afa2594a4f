import sharp from 'sharp'
import type { Box, Point } from '../types.ts'
import { decodePicture } from './decode.ts'
import { glyph, glyphHeight, glyphWidth } from './font.ts'
import { type Raster, rasterOf } from './raster.ts'
import { type QuarterTurn, turn } from './turn.ts'

/** What to draw on one face; coordinates are those of the upright original picture, as in a FaceReport. */
export interface FaceMark {
  box: Box
  /** Points x (x, y, z), as in `Subject.mesh`. */
  mesh?: Float32Array
  points?: readonly Point[]
  /** Lines of text beside the box. The font has one case of Latin letters, digits and common signs. */
  lines?: readonly string[]
  /** Colour of the box. The hues stay apart for colour-blind eyes, and the text says the verdict anyway. */
  tone?: 'good' | 'bad' | 'neutral'
}

export interface DrawOptions {
  /** The report's `picture.turned`: the marks are relative to the picture after it. */
  turned?: QuarterTurn
  /** Pixels. */
  longestSide?: number
  /** Maximum pixels of a picture that will be decoded. Default as `decodePicture`. */
  pixelLimit?: number
}

const colours = {
  good: 0xffb4771f,
  bad: 0xff0e57e6,
  neutral: 0xffbababa,
  text: 0xffffffff,
  shade: 0xff202020,
}

/**
 * The picture with boxes, mesh points and text drawn on it, as PNG of at most `longestSide` (default 1600) pixels.
 * The overlay is painted here rather than composed from SVG, because libvips' SVG loader stays blocked.
 *
 * @throws PictureError as decodePicture
 */
export async function drawFaces(
  bytes: Uint8Array,
  marks: readonly FaceMark[],
  { turned = 0, longestSide = 1600, ...limit }: DrawOptions = {},
): Promise<Buffer> {
  const pixels = turn(await decodePicture(bytes, { ...limit, longestSide }), turned)
  const canvas = rasterOf(pixels.data.slice(), pixels.width, pixels.height)
  for (const mark of marks) drawMark(canvas, mark, pixels.scale)
  const raw = { width: canvas.width, height: canvas.height, channels: 4 } as const
  return sharp(canvas.data, { raw }).removeAlpha().png().toBuffer()
}

function drawMark(
  canvas: Raster,
  { box, mesh, points = [], lines = [], tone = 'neutral' }: FaceMark,
  scale: number,
) {
  const stroke = Math.max(1, Math.round(Math.max(canvas.width, canvas.height) / 500))
  const x = box.x * scale
  const y = box.y * scale
  const width = box.width * scale
  const height = box.height * scale
  fill(canvas, x, y, width, stroke, colours[tone])
  fill(canvas, x, y + height - stroke, width, stroke, colours[tone])
  fill(canvas, x, y, stroke, height, colours[tone])
  fill(canvas, x + width - stroke, y, stroke, height, colours[tone])
  const dot = Math.max(1, Math.round(width / 250))
  for (let i = 0; mesh && i + 2 < mesh.length; i += 3) {
    fill(canvas, mesh[i]! * scale - dot / 2, mesh[i + 1]! * scale - dot / 2, dot, dot, colours.text)
  }
  for (const point of points) {
    fill(canvas, point.x * scale - dot, point.y * scale - dot, 2 * dot, 2 * dot, colours[tone])
  }
  drawText(canvas, x, y, y + height, lines)
}

/** White text on a dark plate above the box, or below its top edge where there is no room above. */
function drawText(canvas: Raster, x: number, top: number, bottom: number, lines: readonly string[]) {
  if (lines.length === 0) return
  const longest = Math.max(...lines.map((line) => line.length))
  const cell = glyphWidth + 1
  const wanted = Math.round(Math.max(canvas.width, canvas.height) / 500)
  const size = Math.max(1, Math.min(wanted, Math.floor(canvas.width / ((longest + 1) * cell))))
  const lineHeight = (glyphHeight + 3) * size
  const plate = { width: (longest * cell + 1) * size, height: lines.length * lineHeight + size }
  const left = Math.max(0, Math.min(x, canvas.width - plate.width))
  const above = top - plate.height
  const below = bottom + plate.height <= canvas.height ? bottom : Math.max(0, top)
  const start = above >= 0 ? above : below
  fill(canvas, left, start, plate.width, plate.height, colours.shade)
  lines.forEach((line, row) => {
    for (const [column, character] of [...line].entries()) {
      const at = left + (column * cell + 1) * size
      drawGlyph(canvas, at, start + row * lineHeight + 2 * size, size, character)
    }
  })
}

function drawGlyph(canvas: Raster, x: number, y: number, size: number, character: string) {
  for (const [column, bits] of glyph(character).entries()) {
    for (let row = 0; row < 8; row++) {
      if ((bits >> row) & 1) fill(canvas, x + column * size, y + row * size, size, size, colours.text)
    }
  }
}

/** Fills a rectangle, cut to the canvas. */
function fill({ words, width, height }: Raster, x: number, y: number, w: number, h: number, colour: number) {
  const left = Math.max(0, Math.round(x))
  const right = Math.min(width, Math.round(x + w))
  const bottom = Math.min(height, Math.round(y + h))
  for (let row = Math.max(0, Math.round(y)); row < bottom && right > left; row++) {
    words.fill(colour, row * width + left, row * width + right)
  }
}
