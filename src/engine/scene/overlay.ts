/**
 * One photo's scene laid over another's, after the face has been bent from the one to the other.
 *
 * Whoever makes one still picture act bends the face and leaves the rest: hair, ears, clothes and room go along smoothly
 * or stay to the pixel, and so lie over each other again. Before a camera the head moves in front of what is behind it,
 * ears and cheeks come and go, and no smooth bending of a face brings one photo over the other.
 */
import type { Overlay, Scene } from '../types.ts'
import { align, moveBy, type Similarity } from './align.ts'
import { type Grey, halved, type Match, matchBlocks } from './blocks.ts'
import { outline } from './points.ts'
import { mirrored, sceneSide, toGrey } from './scene.ts'
import { type Grid, type Place, type Shifted, shiftAt, spline } from './spline.ts'

/** Blocks of the surroundings with which two scenes can be compared at all. */
const fewestBlocks = 12
/** A block is explained when it is found again this much alike and this near, in pixels. */
const explained = { likeness: 0.9, shift: 1.5 }
/** Where face, rim (hair, ears, collar) and the rest end, in distances of the outline from the middle of the face. */
const faceEnds = 1.05
const rimEnds = 1.6

/** Compares two scenes; also against the mirrored second one. @returns null where too little surrounds the faces */
export function overlay(first: Scene, second: Scene): Overlay | null {
  const one = toGrey(first)
  const far = farness(first.points)
  const attempts = [attempt(one, first, second, far)]
  if (attempts[0]!.fit < 0.9) attempts.push(attempt(one, first, mirrored(second), far))
  const [straight, flipped] = attempts as [Attempt, Attempt?]
  // A mirror must be clearly better: of two pictures that have nothing in common either may be, by chance.
  const { scene, similarity } = flipped && flipped.fit > straight.fit + 0.05 ? flipped : straight
  const bent = resampled(toGrey(scene), bending(first, scene, similarity))
  const search = { block: 16, step: 8, reach: 3, contrast: 3 }
  const found = matchBlocks(one, bent, search, () => true).map((match) => ({
    ...match,
    shift: Math.hypot(match.dx, match.dy),
    far: far(match.x, match.y),
  }))
  const around = found.filter((block) => block.far > faceEnds)
  if (around.length < fewestBlocks) return null
  const share = (blocks: typeof found) =>
    blocks.filter(({ likeness, shift }) => likeness > explained.likeness && shift < explained.shift).length /
    Math.max(1, blocks.length)
  const face = found.filter((block) => block.far <= faceEnds)
  return {
    around: share(around),
    rim: share(around.filter((block) => block.far < rimEnds)),
    likeness: around.map(({ likeness }) => likeness).sort((a, b) => a - b)[around.length >> 1]!,
    faceShift: face.reduce((sum, { shift }) => sum + shift, 0) / Math.max(1, face.length),
  }
}

interface Attempt {
  scene: Scene
  /** Brings places of the first scene to those of this one. */
  similarity: Similarity
  /** Mean likeness of the surroundings' blocks. */
  fit: number
}

/** Finds the surroundings of the first scene in another: a crop or another size moves them as a whole. */
function attempt(one: Grey, first: Scene, scene: Scene, far: Farness): Attempt {
  const search = { block: 8, step: 6, reach: 8, contrast: 2 }
  const small = matchBlocks(halved(one), halved(toGrey(scene)), search, (x, y) => far(2 * x, 2 * y) > 1.25)
  const matches = small.map(({ x, y, dx, dy, likeness }) => ({
    x: 2 * x,
    y: 2 * y,
    dx: 2 * dx,
    dy: 2 * dy,
    likeness,
  }))
  const fit = matches.reduce((sum, { likeness }) => sum + likeness, 0) / Math.max(1, matches.length)
  const known = matches.length < 8 ? outlines(first, scene) : matches
  return { scene, similarity: align(known, sceneSide / 2), fit }
}

/** Where there are no surroundings, the outlines of the faces do. */
function outlines(first: Scene, second: Scene): Match[] {
  return outline.map((_, index) => {
    const [x, y] = [first.points[2 * index]!, first.points[2 * index + 1]!]
    return { x, y, dx: second.points[2 * index]! - x, dy: second.points[2 * index + 1]! - y, likeness: 1 }
  })
}

/** How far a place is from the middle of the face, in parts of the outline's distance in that direction. */
type Farness = (x: number, y: number) => number

function farness(points: Float32Array): Farness {
  let [cx, cy] = [0, 0]
  for (let i = 0; i < outline.length; i++) {
    cx += points[2 * i]! / outline.length
    cy += points[2 * i + 1]! / outline.length
  }
  const rays = outline.map((_, i) => {
    const [x, y] = [points[2 * i]! - cx, points[2 * i + 1]! - cy]
    return { angle: Math.atan2(y, x), length: Math.hypot(x, y) }
  })
  return (x, y) => {
    const angle = Math.atan2(y - cy, x - cx)
    let [nearest, length] = [Number.POSITIVE_INFINITY, 1]
    for (const ray of rays) {
      const apart = Math.abs(ray.angle - angle)
      const turn = Math.min(apart, 2 * Math.PI - apart)
      if (turn < nearest) [nearest, length] = [turn, ray.length]
    }
    return Math.hypot(x - cx, y - cy) / length
  }
}

/** The shifts from places of the first scene to those of the second when the face is bent and the rest stays. */
function bending({ points }: Scene, second: Scene, similarity: Similarity): Grid {
  const shifted: Shifted[] = []
  let [cx, cy, reach] = [0, 0, 0]
  for (let i = 0; i < points.length; i += 2) {
    const at: Place = [points[i]!, points[i + 1]!]
    shifted.push({ at, by: [second.points[i]! - at[0], second.points[i + 1]! - at[1]] })
    cx += (2 * at[0]) / points.length
    cy += (2 * at[1]) / points.length
  }
  for (let i = 0; i < points.length; i += 2)
    reach = Math.max(reach, Math.abs(points[i]! - cx), Math.abs(points[i + 1]! - cy))
  const still = (x: number, y: number) => {
    const [u, v] = moveBy(similarity, [x, y], sceneSide / 2)
    shifted.push({ at: [x, y], by: [u - x, v - y] })
  }
  for (let part = 0; part < 16; part++) {
    const angle = (part * Math.PI) / 8
    still(cx + 1.9 * reach * Math.cos(angle), cy + 1.9 * reach * Math.sin(angle))
  }
  for (let part = 0; part <= 4; part++) {
    for (const end of [-8, sceneSide + 8]) {
      still((part * sceneSide) / 4, end)
      still(end, (part * sceneSide) / 4)
    }
  }
  return spline(shifted, { width: sceneSide, height: sceneSide })
}

function resampled({ side, values, known }: Grey, grid: Grid): Grey {
  const out = { side, values: new Float32Array(values.length), known: new Uint8Array(values.length) }
  const shift = new Float32Array(2)
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      // The spline's places are continuous: pixel i has its middle at i + 0.5.
      shiftAt(grid, x + 0.5, y + 0.5, shift)
      const [u, v] = [x + shift[0]!, y + shift[1]!]
      const [left, top] = [Math.floor(u), Math.floor(v)]
      if (left < 0 || top < 0 || left + 1 >= side || top + 1 >= side) continue
      const from = top * side + left
      if (!known[from] || !known[from + 1] || !known[from + side] || !known[from + side + 1]) continue
      const [p, q] = [u - left, v - top]
      const upper = values[from]! * (1 - p) + values[from + 1]! * p
      const lower = values[from + side]! * (1 - p) + values[from + side + 1]! * p
      out.values[at] = upper * (1 - q) + lower * q
      out.known[at] = 1
    }
  }
  return out
}
