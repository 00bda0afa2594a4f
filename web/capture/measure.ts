import { measurePose } from '../../src/engine/pose.ts'
import type { SeenFace } from '../shared/vision.ts'

/** What the guide reads off one face. Left and right are the person's own. */
export interface Measured {
  /** Degrees; positive to the person's left. */
  yaw: number
  /** Degrees; grows as the head is lifted. */
  pitch: number
  /** How far the wider open eye is open, in parts of its width. */
  eyes: number
  /** Distance between the lips, in parts of the face's height. */
  mouth: number
  /** Width of the mouth, in parts of the distance between the eyes' outer corners. */
  smile: number
  /** Height of the face, forehead to chin, in parts of the picture's height. */
  size: number
  /** Middle of the face, in parts of the picture's width and height. */
  centre: { x: number; y: number }
}

/** Points of the face mesh that the measures are taken between. */
const point = {
  forehead: 10,
  chin: 152,
  rightEdge: 234,
  leftEdge: 454,
  rightEye: { outer: 33, inner: 133, top: 159, bottom: 145 },
  leftEye: { outer: 263, inner: 362, top: 386, bottom: 374 },
  lips: { top: 13, bottom: 14, right: 61, left: 291 },
} as const

/**
 * Depth that the library gives is left in pixels of the net's own input. Times this and the face's height it is in pixels of
 * the picture; measured beside the server's meshes of the same pictures.
 */
const depthScale = 0.0078

/** @param picture width and height in the pixels of the mesh */
export function measureFace({ mesh }: SeenFace, picture: { width: number; height: number }): Measured {
  const at = (index: number) => mesh[index] as [number, number, number]
  const apart = (first: number, second: number) => {
    const [a, b] = [at(first), at(second)]
    return Math.hypot(a[0] - b[0], a[1] - b[1])
  }
  const [right, left] = [at(point.rightEdge), at(point.leftEdge)]
  const [top, bottom] = [at(point.forehead), at(point.chin)]
  const height = apart(point.forehead, point.chin)
  const openness = ({
    outer,
    inner,
    top: lid,
    bottom: under,
  }: typeof point.leftEye | typeof point.rightEye) => apart(lid, under) / apart(outer, inner)
  const { lips, leftEye, rightEye } = point
  const depth = depthScale * height
  // The server's own measure of pose, so that the guide and the judge agree.
  const pose = measurePose(Float32Array.from(mesh.flatMap(([x, y, z]) => [x, y, z * depth])))
  return {
    yaw: pose.yaw,
    pitch: pose.pitch,
    eyes: Math.max(openness(leftEye), openness(rightEye)),
    mouth: apart(lips.top, lips.bottom) / height,
    smile: apart(lips.left, lips.right) / apart(leftEye.outer, rightEye.outer),
    size: height / picture.height,
    centre: {
      x: (top[0] + bottom[0] + left[0] + right[0]) / 4 / picture.width,
      y: (top[1] + bottom[1]) / 2 / picture.height,
    },
  }
}

/** The mean of several moments of one face. */
export function meanOf(moments: readonly Measured[]): Measured {
  const mean = (pick: (moment: Measured) => number) =>
    moments.reduce((sum, moment) => sum + pick(moment), 0) / moments.length
  return {
    yaw: mean(({ yaw }) => yaw),
    pitch: mean(({ pitch }) => pitch),
    eyes: mean(({ eyes }) => eyes),
    mouth: mean(({ mouth }) => mouth),
    smile: mean(({ smile }) => smile),
    size: mean(({ size }) => size),
    centre: { x: mean(({ centre }) => centre.x), y: mean(({ centre }) => centre.y) },
  }
}
