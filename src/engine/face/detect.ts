import type { Pixels } from '../picture/pixels.ts'
import { apply, squareTransform, type Transform } from '../picture/transform.ts'
import { warpToTensor } from '../picture/warp.ts'
import type { Box, Point } from '../types.ts'
import { anchorCentres, inputSize } from './anchors.ts'
import {
  type Candidate,
  containment,
  decodeDetections,
  mergeDetections,
  overlap,
  type RawDetections,
} from './candidates.ts'

/** Runs the detector's net on one 1 x 3 x 256 x 256 input, RGB, 0..255. */
export type DetectorNet = (input: Float32Array) => Promise<RawDetections>

export interface SearchOptions {
  /** Look at the whole picture alone, not at its parts: finds no face smaller than about a tenth of it. */
  whole?: boolean
}

const anchors = anchorCentres()

/** A square of the picture that becomes the detector's input; it may reach over the picture's edge. */
interface Square {
  centre: Point
  side: number
}

/** Minimum confidence of a face in the whole picture; in a tile it is higher, for there are many of them. */
const wholeThreshold = 0.5
const closeThreshold = 0.6
/** When no run of the net finds a face, the best one above this is taken rather than none: the mesh judges it afterwards. */
const lastThreshold = 0.25
/** Largest face, as a share of the longer side, under which others may be too small for the first run. */
const smallFace = 0.2
/** Share from which the first run sees the face too large to place its box well. */
const largeFace = 0.55
/** Below this confidence a box of middling size may be a mere part of a face that fills the frame. */
const sureThreshold = 0.8
const partOfFace = 0.3
/** Spread, as a share of the longer side, of where the person a picture is about may stand. */
const middleSpread = 0.3
const widerBy = 1.8
const tileShare = 0.45
const tileStep = 0.7

/**
 * Finds every face of a picture, most prominent first, in pixels of `pixels`.
 *
 * A normal selfie costs one run of the net. A face that fills the frame gets a second, wider run, because the
 * detector knows no face cut by its own edge. When the faces are small, or none is found, overlapping tiles are
 * searched too: in a group a face may be a tenth of what the net can see in the whole picture.
 */
export async function detectFaces(
  pixels: Pixels,
  net: DetectorNet,
  { whole = false }: SearchOptions = {},
): Promise<Candidate[]> {
  const side = Math.max(pixels.width, pixels.height)
  const centre = { x: pixels.width / 2, y: pixels.height / 2 }
  const detectIn = (at: Square) =>
    pixels.workspace.buffers.borrow(3 * inputSize * inputSize, async (input) => {
      const transform = squareTransform(at.centre, at.side, inputSize)
      warpToTensor(pixels, transform, inputSize, input, { coarse: true })
      const found = mergeDetections(decodeDetections(await net(input), anchors, lastThreshold))
      return found.map((face) => toPicture(face, transform))
    })
  const first = await detectIn({ centre, side })
  let weak = first.filter(({ confidence }) => confidence < wholeThreshold)
  let faces = first.filter(({ confidence }) => confidence >= wholeThreshold)
  const largest = Math.max(0, ...faces.map(({ box }) => box.width)) / side
  const sure = faces.some(
    ({ box, confidence }) => box.width > partOfFace * side && confidence > sureThreshold,
  )
  if (largest === 0 || largest > largeFace || (largest > partOfFace && !sure)) {
    const wide = await detectIn({ centre, side: side * widerBy })
    weak = [...weak, ...wide.filter(({ confidence }) => confidence < wholeThreshold)]
    const large = wide.filter(
      ({ confidence, box }) => confidence >= wholeThreshold && box.width > smallFace * side,
    )
    faces = merge(large, faces)
  }
  if (!whole && (faces.length === 0 || (largest > 0 && largest < smallFace))) {
    for (const tile of tiles(pixels, side * tileShare)) {
      const found = (await detectIn(tile)).filter(({ box }) => !cutOff(box, tile, pixels))
      weak = [...weak, ...found.filter(({ confidence }) => confidence < closeThreshold)]
      faces = merge(
        faces,
        found.filter(({ confidence }) => confidence >= closeThreshold),
      )
    }
  }
  if (faces.length === 0) faces = weak.sort((a, b) => b.confidence - a.confidence).slice(0, 1)
  return faces.sort((a, b) => prominence(b.box, pixels) - prominence(a.box, pixels))
}

function toPicture({ box, confidence, points }: Candidate, transform: Transform): Candidate {
  const [scale] = transform
  const { x, y } = apply(transform, box)
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = points
  const move = (point: Point) => apply(transform, point)
  return {
    box: { x, y, width: box.width * scale, height: box.height * scale },
    confidence,
    points: [move(rightEye), move(leftEye), move(nose), move(mouth), move(rightEar), move(leftEar)],
  }
}

/** Those of `more` that `faces` does not hold yet are added. */
function merge(faces: Candidate[], more: Candidate[]): Candidate[] {
  const merged = [...faces]
  for (const face of more) {
    const known = merged.some(({ box }) => overlap(box, face.box) > 0.3 || containment(box, face.box) > 0.6)
    if (!known) merged.push(face)
  }
  return merged
}

/** Overlapping squares that cover the picture. */
function tiles({ width, height }: Pixels, side: number): Square[] {
  const starts = (length: number) => {
    const count = Math.max(1, Math.ceil((length - side) / (side * tileStep)) + 1)
    const room = Math.max(0, length - side)
    return Array.from({ length: count }, (_, index) =>
      count === 1 ? (length - side) / 2 : (room * index) / (count - 1),
    )
  }
  return starts(height).flatMap((y) =>
    starts(width).map((x) => ({ centre: { x: x + side / 2, y: y + side / 2 }, side })),
  )
}

/** Does the tile end inside the face while the picture goes on? The neighbouring tile sees it whole. */
function cutOff({ x, y, width, height }: Box, { centre, side }: Square, pixels: Pixels): boolean {
  const slack = 0.05 * width
  const left = centre.x - side / 2
  const top = centre.y - side / 2
  return (
    (left > 0 && x < left - slack) ||
    (top > 0 && y < top - slack) ||
    (left + side < pixels.width && x + width > left + side + slack) ||
    (top + side < pixels.height && y + height > top + side + slack)
  )
}

/**
 * How much a face is what the picture is about: its area within the picture, less the farther it stands from the
 * middle. By area alone a bystander whom the frame cuts in half outranks the person in the middle.
 */
export function prominence({ x, y, width, height }: Box, picture: { width: number; height: number }): number {
  const seen = (from: number, length: number, limit: number) =>
    Math.max(0, Math.min(limit, from + length) - Math.max(0, from))
  const visible = seen(x, width, picture.width) * seen(y, height, picture.height)
  const away = Math.hypot(x + width / 2 - picture.width / 2, y + height / 2 - picture.height / 2)
  const share = away / Math.max(picture.width, picture.height)
  return visible * Math.exp(-(share * share) / (2 * middleSpread ** 2))
}
