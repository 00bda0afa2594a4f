import type { Box, DetectedFace, Point } from '../types.ts'

/** What the detector says about one input: a probability of a face per row, and 16 numbers per row. */
export interface RawDetections {
  scores: Float32Array
  boxes: Float32Array
}

export type SixPoints = DetectedFace['points']

/** A face in the coordinates of whoever made it: pixels of the detector's input or of a picture. */
export interface Candidate {
  box: Box
  /** 0..1. */
  confidence: number
  points: SixPoints
}

const rowLength = 16

/**
 * Turns the detector's raw rows into faces, in pixels of its input.
 *
 * A row: centre offset x and y from the anchor, width, height, then six points as offsets from the anchor: the
 * subject's right eye, left eye, nose, mouth, right ear, left ear.
 *
 * @param anchors centres of the rows' anchors, x and y in turn
 * @param threshold minimum confidence kept, 0..1
 */
export function decodeDetections(
  raw: RawDetections,
  anchors: ArrayLike<number>,
  threshold: number,
): Candidate[] {
  const faces: Candidate[] = []
  for (let row = 0; row < raw.scores.length; row++) {
    const confidence = raw.scores[row]!
    if (!(confidence >= threshold)) continue
    const anchorX = anchors[2 * row]!
    const anchorY = anchors[2 * row + 1]!
    const at = row * rowLength
    const width = raw.boxes[at + 2]!
    const height = raw.boxes[at + 3]!
    const point = (index: number): Point => ({
      x: anchorX + raw.boxes[at + 4 + 2 * index]!,
      y: anchorY + raw.boxes[at + 5 + 2 * index]!,
    })
    const x = anchorX + raw.boxes[at]! - width / 2
    const y = anchorY + raw.boxes[at + 1]! - height / 2
    faces.push({
      box: { x, y, width, height },
      confidence,
      points: [point(0), point(1), point(2), point(3), point(4), point(5)],
    })
  }
  return faces
}

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Box, b: Box): number {
  const shared = intersection(a, b)
  const union = a.width * a.height + b.width * b.height - shared
  return union > 0 ? shared / union : 0
}

/** Share of the smaller box that lies inside the other, 0..1. */
export function containment(a: Box, b: Box): number {
  const smaller = Math.min(a.width * a.height, b.width * b.height)
  return smaller > 0 ? intersection(a, b) / smaller : 0
}

function intersection(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

/**
 * Melts the many rows that fire for one face into their mean, weighted by confidence. The detector's single rows
 * jitter by a few pixels from frame to frame; their mean does not, which plain suppression would throw away.
 * The result keeps the best row's confidence and is sorted, most confident first.
 *
 * @param minOverlap intersection over union from which two rows are the same face
 */
export function mergeDetections(candidates: readonly Candidate[], minOverlap = 0.3): Candidate[] {
  const rest = [...candidates].sort((a, b) => b.confidence - a.confidence)
  const faces: Candidate[] = []
  while (rest.length > 0) {
    const best = rest[0]!
    const group = rest.filter((other) => other === best || overlap(best.box, other.box) > minOverlap)
    faces.push(mean(group))
    for (const member of group) rest.splice(rest.indexOf(member), 1)
  }
  return faces
}

function mean(group: readonly Candidate[]): Candidate {
  const total = group.reduce((sum, { confidence }) => sum + confidence, 0)
  const average = (value: (face: Candidate) => number) =>
    group.reduce((sum, face) => sum + face.confidence * value(face), 0) / total
  const point = (index: 0 | 1 | 2 | 3 | 4 | 5): Point => ({
    x: average((face) => face.points[index].x),
    y: average((face) => face.points[index].y),
  })
  return {
    box: {
      x: average(({ box }) => box.x),
      y: average(({ box }) => box.y),
      width: average(({ box }) => box.width),
      height: average(({ box }) => box.height),
    },
    confidence: group[0]!.confidence,
    points: [point(0), point(1), point(2), point(3), point(4), point(5)],
  }
}
