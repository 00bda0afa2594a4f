/** One picture from bytes to report: the stages in order, on the thread it is called on. */
import {
  type Candidate,
  type FaceNets,
  type FoundFaces,
  faceNets,
  findFaces,
  makeTemplate,
  measureMesh,
  regionOfDetection,
} from './face/index.ts'
import { createLiveness } from './liveness/index.ts'
import type { ModelSessions } from './models/index.ts'
import { decodePicture } from './picture/decode.ts'
import { checksum, fingerprint } from './picture/fingerprint.ts'
import type { Pixels } from './picture/pixels.ts'
import { type QuarterTurn, turn } from './picture/turn.ts'
import { padNet } from './pipeline-nets.ts'
import { measurePose, standing, turnedAway } from './pose.ts'
import { measureQuality } from './quality/index.ts'
import { type Stopwatch, stopwatch } from './stopwatch.ts'
import { createTraits } from './traits/index.ts'
import type { AnalyseOptions, DetectedFace, FaceReport, Point, Subject } from './types.ts'

export interface PipelineOptions {
  /** Most pixels of a picture that will be decoded. Default 40 million. */
  pixelLimit?: number
  /** Pictures are analysed at most this large, longer side in pixels. Default 1280. */
  longestSide?: number
}

/** What one call may ask for. */
export type PipelineCall = Omit<AnalyseOptions, 'signal'>

export interface Pipeline {
  /** @throws PictureError when the bytes are no picture we read */
  analyse(bytes: Uint8Array, call?: PipelineCall): Promise<FaceReport>
}

/** Faces whose age and gender are estimated at most when every face is asked for. */
const mostFaces = 16
/** Below this opinion of the mesh net an upright face is not beyond doubt, and quarter turns are worth a try. */
const surelyUpright = 0.5

/** @param sessions must have the nets of `pipelineNets` open */
export function createPipeline(sessions: ModelSessions, options: PipelineOptions = {}): Pipeline {
  const { pixelLimit = 40e6, longestSide = 1280 } = options
  const nets = faceNets(sessions)
  const traits = createTraits(sessions)
  const liveness = padNet ? createLiveness(sessions) : null

  async function measureSubject(found: Found, call: PipelineCall, watch: Stopwatch): Promise<Subject | null> {
    const { pixels, faces, mesh } = found
    const [face] = faces
    if (!face || !mesh) return null
    const { template = true, traits: allTraits = true, liveness: alive = true } = call.want ?? {}
    const pose = measurePose(mesh.points)
    const quality = await watch.time('quality', () =>
      measureQuality(pixels, { ...face, mesh: mesh.points, pose }),
    )
    const known = { box: face.box, mesh: mesh.points, pose, quality }
    return {
      ...report(face, pixels.scale),
      mesh: mesh.points.map((value) => value / pixels.scale),
      pose,
      alignment: standing(face.box, pixels.width),
      headTurned: turnedAway(pose),
      quality,
      template: template
        ? await watch.time('template', () => makeTemplate(pixels, mesh.points, nets.template))
        : null,
      allTraits: allTraits ? await watch.time('traits', () => traits.measure(pixels, known)) : null,
      liveness: alive && liveness ? await watch.time('liveness', () => liveness.judge(pixels, known)) : null,
    }
  }

  return {
    analyse: async (bytes, call = {}) => {
      const watch = stopwatch()
      const decoded = await watch.time('decode', () => decodePicture(bytes, { pixelLimit, longestSide }))
      const found = await search(decoded, nets, call.rotate ?? false, watch)
      const { pixels, turned } = found
      const faces: DetectedFace[] = found.faces.map((face) => report(face, pixels.scale))
      const subject = await measureSubject(found, call, watch)
      if (call.everyFace) {
        const few = found.faces.slice(0, mostFaces)
        const meshes = await watch.time('mesh', () => meshesOf(few, found, nets))
        const estimates = await watch.time('traits', () => traits.ageAndGender(pixels, meshes))
        for (const [index, traitsOfFace] of estimates.entries()) faces[index]!.traits = traitsOfFace
      }
      const picture = {
        format: pixels.format,
        width: pixels.originalWidth,
        height: pixels.originalHeight,
        bytes: bytes.length,
        sha256: checksum(bytes),
        fingerprint: fingerprint(decoded),
        turned,
      }
      return { picture, faces, subject, timings: watch.timings }
    },
  }
}

interface Found extends FoundFaces {
  pixels: Pixels
  turned: QuarterTurn
}

/** Finds the faces; where none is beyond doubt and turns are wanted, takes the turn that shows the surest one. */
async function search(pixels: Pixels, nets: FaceNets, rotate: boolean, watch: Stopwatch): Promise<Found> {
  const find = (where: Pixels) => findFaces(where, nets.detector, nets.mesh, watch)
  let best: Found = { ...(await find(pixels)), pixels, turned: 0 }
  if (!rotate) return best
  for (const turned of [90, 270, 180] as const) {
    if (certainty(best) > surelyUpright) break
    const other = turn(pixels, turned)
    const found = await find(other)
    if (certainty(found) > certainty(best)) best = { ...found, pixels: other, turned }
  }
  return best
}

/** Meshes of the first faces; the largest has one already. */
async function meshesOf(
  faces: readonly Candidate[],
  { pixels, mesh }: Found,
  nets: FaceNets,
): Promise<Float32Array[]> {
  const meshes: Float32Array[] = []
  for (const [index, face] of faces.entries()) {
    const known = index === 0 && mesh ? mesh : await measureMesh(pixels, regionOfDetection(face), nets.mesh)
    meshes.push(known.points)
  }
  return meshes
}

/** A detector finds sideways faces, too, only with wrong points: the mesh net tells. */
function certainty({ mesh }: FoundFaces): number {
  return mesh?.presence ?? -1
}

/** From the decoded picture's pixels to those of the file. */
function report({ box, confidence, points }: Candidate, scale: number): DetectedFace {
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = points
  const enlarge = ({ x, y }: Point) => ({ x: x / scale, y: y / scale })
  return {
    box: { ...enlarge(box), width: box.width / scale, height: box.height / scale },
    confidence,
    points: [
      enlarge(rightEye),
      enlarge(leftEye),
      enlarge(nose),
      enlarge(mouth),
      enlarge(rightEar),
      enlarge(leftEar),
    ],
  }
}
