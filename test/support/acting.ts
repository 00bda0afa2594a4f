import sharp from 'sharp'
import type { Gesture } from '../../src/decisions/gesture.ts'

/**
 * Makes a portrait act: the face of a photograph is bent along its own mesh so that it turns, looks up, smiles, blinks
 * or opens its mouth. What comes out is a puppet, not a person, but pose and expression are measured on it as on one.
 */

export interface Portrait {
  /** RGB, row by row. */
  pixels: Buffer
  width: number
  height: number
  /** 468 points x (x, y, z) in pixels. */
  mesh: Float32Array
}

interface Shift {
  x: number
  y: number
  dx: number
  dy: number
}

/** Side of the squares between whose corners the bending is interpolated, in pixels. */
const cell = 4

/** Mesh points of the lids, top then bottom, from corner to corner. */
const lids = [
  {
    top: [246, 161, 160, 159, 158, 157, 173],
    bottom: [7, 163, 144, 145, 153, 154, 155],
  },
  {
    top: [466, 388, 387, 386, 385, 384, 398],
    bottom: [249, 390, 373, 374, 380, 381, 382],
  },
] as const
/** Inner edge of the lips, all around. */
const innerLips = [
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
] as const
/** Lower lip, chin and jaw, which go down when the mouth opens. */
const lowerInnerLip = [95, 88, 178, 87, 14, 317, 402, 318, 324]
const lowerLip = [146, 91, 181, 84, 17, 314, 405, 321, 375, 77, 90, 180, 85, 16, 315, 404, 320, 307]
const chin = [200, 199, 175, 152, 148, 176, 149, 377, 400, 378, 18, 83, 313, 201, 421, 208, 428, 171, 396]

/** Decodes `picture` and keeps it with its mesh. */
export async function toPortrait(picture: Buffer, mesh: Float32Array): Promise<Portrait> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, mesh }
}

/**
 * The portrait doing `gesture`, `amount` of the way (0..1).
 * @returns JPEG bytes of the portrait's size
 */
export function act(portrait: Portrait, gesture: Gesture | null, amount = 1): Promise<Buffer> {
  const { pixels, width, height, mesh } = portrait
  const moved = gesture ? movedMesh(portrait, gesture, amount) : mesh
  const bent = gesture
    ? bend(portrait, shiftsBetween(mesh, moved), isTurn(gesture) ? 0.06 : 0.015)
    : Buffer.from(pixels)
  if (gesture === 'OPEN_MOUTH') fillMouth(bent, width, height, moved)
  return sharp(bent, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toBuffer()
}

function isTurn(gesture: Gesture): boolean {
  return gesture === 'TURN_LEFT' || gesture === 'TURN_RIGHT' || gesture === 'LOOK_UP'
}

function movedMesh({ mesh }: Portrait, gesture: Gesture, amount: number): Float32Array {
  const size = Math.abs(mesh[152 * 3 + 1]! - mesh[10 * 3 + 1]!)
  switch (gesture) {
    case 'TURN_LEFT':
      return rotated(mesh, 'y', (amount * 42 * Math.PI) / 180)
    case 'TURN_RIGHT':
      return rotated(mesh, 'y', (-amount * 42 * Math.PI) / 180)
    case 'LOOK_UP':
      return rotated(mesh, 'x', (amount * 36 * Math.PI) / 180)
    case 'BLINK':
      return closed(mesh, amount)
    case 'OPEN_MOUTH':
      return lowered(mesh, amount * 0.14 * size)
    case 'SMILE':
      return smiling(mesh, amount * 0.08 * size)
  }
}

/** Turns the head about its middle; z is made as deep as the face is wide, which nets give only roughly. */
function rotated(mesh: Float32Array, axis: 'x' | 'y', angle: number): Float32Array {
  const out = Float32Array.from(mesh)
  const [cx, cy] = [(mesh[234 * 3]! + mesh[454 * 3]!) / 2, (mesh[10 * 3 + 1]! + mesh[152 * 3 + 1]!) / 2]
  const cz = (mesh[234 * 3 + 2]! + mesh[454 * 3 + 2]!) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  for (let i = 0; i < mesh.length; i += 3) {
    const [x, y, z] = [mesh[i]! - cx, mesh[i + 1]! - cy, mesh[i + 2]! - cz]
    // z grows away from the camera, and the person's left is on the right of the picture.
    if (axis === 'y') out[i] = cx + x * cos - z * sin
    else out[i + 1] = cy + y * cos + z * sin
  }
  return out
}

function closed(mesh: Float32Array, amount: number): Float32Array {
  const out = Float32Array.from(mesh)
  for (const { top, bottom } of lids) {
    for (const [index, lid] of top.entries()) {
      const under = bottom[index]!
      for (const part of [0, 1]) {
        const target = mesh[under * 3 + part]!
        out[lid * 3 + part] = mesh[lid * 3 + part]! + amount * (target - mesh[lid * 3 + part]!)
      }
    }
  }
  return out
}

function lowered(mesh: Float32Array, pixels: number): Float32Array {
  const out = Float32Array.from(mesh)
  for (const point of [...lowerInnerLip, ...lowerLip, ...chin]) out[point * 3 + 1]! += pixels
  return out
}

function smiling(mesh: Float32Array, pixels: number): Float32Array {
  const out = Float32Array.from(mesh)
  const corners = [
    { points: [61, 62, 76, 78, 185, 191, 57, 146], sign: -1 },
    { points: [291, 292, 306, 308, 409, 415, 287, 375], sign: 1 },
  ]
  for (const { points, sign } of corners) {
    for (const point of points) {
      out[point * 3]! += sign * pixels
      out[point * 3 + 1]! -= 0.7 * pixels
    }
  }
  return out
}

function shiftsBetween(from: Float32Array, to: Float32Array): Shift[] {
  const shifts: Shift[] = []
  for (let i = 0; i < from.length; i += 3) {
    shifts.push({ x: to[i]!, y: to[i + 1]!, dx: to[i]! - from[i]!, dy: to[i + 1]! - from[i + 1]! })
  }
  return shifts
}

/**
 * Each pixel comes from where the points near it came from; far from the face nothing moves.
 * @param softness radius, in parts of the width, within which points count alike: without it each point tears its own hole
 */
function bend({ pixels, width, height }: Portrait, shifts: readonly Shift[], softness: number): Buffer {
  const blur = (softness * width) ** 2
  const columns = Math.ceil(width / cell) + 1
  const rows = Math.ceil(height / cell) + 1
  const grid = new Float32Array(columns * rows * 2)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      grid.set(shiftAt(shifts, column * cell, row * cell, width, blur), (row * columns + column) * 2)
    }
  }
  const out = Buffer.alloc(pixels.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = interpolated(grid, columns, x / cell, y / cell)
      sample(pixels, width, height, x - dx, y - dy, out, (y * width + x) * 3)
    }
  }
  return out
}

function shiftAt(
  shifts: readonly Shift[],
  x: number,
  y: number,
  width: number,
  blur: number,
): [number, number] {
  let [sum, dx, dy] = [0, 0, 0]
  for (const shift of shifts) {
    const weight = 1 / ((shift.x - x) ** 2 + (shift.y - y) ** 2 + blur) ** 2
    sum += weight
    dx += weight * shift.dx
    dy += weight * shift.dy
  }
  // The pull of the still background, as of a ring of points a fifth of the picture away.
  sum += 3 / (0.2 * width) ** 4
  return [dx / sum, dy / sum]
}

function interpolated(grid: Float32Array, columns: number, x: number, y: number): [number, number] {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [x - left, y - top]
  const value = (part: number) => {
    const at = (column: number, row: number) => grid[(row * columns + column) * 2 + part] ?? 0
    const upper = at(left, top) * (1 - u) + at(left + 1, top) * u
    const lower = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u
    return upper * (1 - v) + lower * v
  }
  return [value(0), value(1)]
}

function sample(
  pixels: Buffer,
  width: number,
  height: number,
  x: number,
  y: number,
  out: Buffer,
  offset: number,
): void {
  const [cx, cy] = [Math.min(width - 1.001, Math.max(0, x)), Math.min(height - 1.001, Math.max(0, y))]
  const [left, top] = [Math.floor(cx), Math.floor(cy)]
  const [u, v] = [cx - left, cy - top]
  for (let channel = 0; channel < 3; channel++) {
    const at = (dx: number, dy: number) => pixels[((top + dy) * width + left + dx) * 3 + channel]!
    const upper = at(0, 0) * (1 - u) + at(1, 0) * u
    const lower = at(0, 1) * (1 - u) + at(1, 1) * u
    out[offset + channel] = Math.round(upper * (1 - v) + lower * v)
  }
}

/** Paints what is seen between opened lips: dark red, inside the polygon of their inner edge. */
function fillMouth(pixels: Buffer, width: number, height: number, mesh: Float32Array): void {
  const polygon = innerLips.map((point) => ({ x: mesh[point * 3]!, y: mesh[point * 3 + 1]! }))
  const ys = polygon.map(({ y }) => y)
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y <= Math.min(height - 1, Math.max(...ys)); y++) {
    const crossings: number[] = []
    for (const [index, from] of polygon.entries()) {
      const to = polygon[(index + 1) % polygon.length]!
      if (from.y > y === to.y > y) continue
      crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x))
    }
    crossings.sort((a, b) => a - b)
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      for (let x = Math.ceil(crossings[pair]!); x <= crossings[pair + 1]!; x++) {
        pixels.set([62, 22, 24], (y * width + Math.min(width - 1, x)) * 3)
      }
    }
  }
}
