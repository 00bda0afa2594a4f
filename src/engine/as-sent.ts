/** Measurements made in a picture that was turned upright, in the pixels of the picture as it was sent. */
import type { QuarterTurn } from './picture/turn.ts'
import { alignmentOf } from './pose.ts'
import type { Box, DetectedFace, Point, Subject } from './types.ts'

/** What is reported of a picture: all places in its pixels after the turn. */
export interface InPicture {
  faces: DetectedFace[]
  subject: Subject | null
  /** Size in pixels after the turn. */
  width: number
  height: number
  /** Clockwise degrees of the turn. */
  turned: QuarterTurn
}

/** The same faces where they stand in the picture before its turn. */
export function asSent<Report extends InPicture>(report: Report): Report {
  const { faces, subject, turned, width, height } = report
  if (turned === 0) return report
  const back = (point: Point) => turnBack(point, report)
  const size = turned === 180 ? { width, height } : { width: height, height: width }
  return {
    ...report,
    ...size,
    turned: 0,
    faces: faces.map((face) => moved(face, back)),
    subject: subject && movedSubject(subject, turned, size.width, back),
  }
}

/** Where a point of a picture turned clockwise stood before. */
export function turnBack(
  { x, y }: Point,
  { width, height, turned }: Pick<InPicture, 'width' | 'height' | 'turned'>,
): Point {
  switch (turned) {
    case 90:
      return { x: y, y: width - x }
    case 180:
      return { x: width - x, y: height - y }
    case 270:
      return { x: height - y, y: x }
    default:
      return { x, y }
  }
}

function moved<Face extends DetectedFace>(face: Face, back: (point: Point) => Point): Face {
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = face.points
  return {
    ...face,
    box: movedBox(face.box, back),
    points: [back(rightEye), back(leftEye), back(nose), back(mouth), back(rightEar), back(leftEar)],
  }
}

function movedSubject(
  subject: Subject,
  turned: QuarterTurn,
  width: number,
  back: (point: Point) => Point,
): Subject {
  const face = moved(subject, back)
  const mesh = subject.mesh.slice()
  for (let index = 0; index < mesh.length; index += 3) {
    const { x, y } = back({ x: mesh[index]!, y: mesh[index + 1]! })
    mesh[index] = x
    mesh[index + 1] = y
  }
  const roll = ((subject.pose.roll - turned + 540) % 360) - 180
  return { ...face, mesh, pose: { ...subject.pose, roll }, alignment: alignmentOf(face.box, width) }
}

function movedBox({ x, y, width, height }: Box, back: (point: Point) => Point): Box {
  const one = back({ x, y })
  const other = back({ x: x + width, y: y + height })
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y),
  }
}
