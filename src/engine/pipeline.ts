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
import { measurePose, standing, turnedAway } from './pose.ts'
import { measureQuality, withOcclusion } from './quality/index.ts'
import { type Stopwatch, stopwatch } from './stopwatch.ts'
import { createTraits } from './traits/index.ts'
import type { AnalyseOptions, DetectedFace, Estimate, FaceReport, Point, Subject } from './types.ts'

export interface PipelineOptions {
  /** Maximum pixels of a picture that will be decoded. Default 50 million. */
  pixelLimit?: number
  /** Pictures are analysed at most this large, longer side in pixels. Default 1280. */
  longestSide?: number
}

/** What one call may ask for. */
export type PipelineCall = Omit<AnalyseOptions, 'signal'>

export interface Pipeline {
  /** @throws PictureError when the bytes are no picture we read */
  analyse(bytes: Uint8Array, call?: PipelineCall): Promise<FaceReport>
  /** The same for a picture already decoded. */
  measure(pixels: Pixels, call?: PipelineCall): Promise<Measured>
}

/** What the pixels alone tell. */
export interface Measured extends Pick<FaceReport, 'faces' | 'subject' | 'timings'> {
  /** Size in pixels after the turn. */
  width: number
  height: number
  turned: QuarterTurn
}

/** Faces whose age and gender are estimated at most when every face is asked for. */
const mostFaces = 16
/** Below this certainty an upright face is not beyond doubt, and quarter turns are worth a try. */
const surelyUpright = 0.7

/** @param sessions must have the nets of `pipelineNets` open */
export function createPipeline(sessions: ModelSessions, options: PipelineOptions = {}): Pipeline {
  const { pixelLimit = 50e6, longestSide = 1280 } = options
  const nets = faceNets(sessions)
  const traits = createTraits(sessions)
  const liveness = createLiveness(sessions)
  /** Buffers between two uses. Calls that run at once each take their own. */
  const spare: Float32Array[] = []

  async function measureSubject(found: Found, call: PipelineCall, watch: Stopwatch): Promise<Subject | null> {
    const { pixels, faces, mesh } = found
    const [face] = faces
    if (!face || !mesh) return null
    const { template = true, traits: allTraits = true, liveness: alive = true } = call.want ?? {}
    const pose = measurePose(mesh.points)
    const seen = { ...face, mesh: mesh.points, pose }
    const bare = await watch.time('quality', () => measureQuality(pixels, seen))
    const told = allTraits ? await watch.time('traits', () => traits.measure(pixels, seen)) : null
    const quality = told ? withOcclusion(bare, probability(told.occluded)) : bare
    return {
      ...report(face, pixels.scale),
      mesh: mesh.points.map((value) => value / pixels.scale),
      pose,
      alignment: standing(face.box, pixels.width),
      headTurned: turnedAway(pose),
      quality,
      template: template ? await watch.time('template', () => makeTemplate(pixels, mesh.points, nets)) : null,
      allTraits: told,
      liveness: alive
        ? await watch.time('liveness', () => liveness.judge(pixels, { ...seen, quality }))
        : null,
    }
  }

  async function measure(decoded: Pixels, call: PipelineCall = {}, watch = stopwatch()): Promise<Measured> {
    const found = await search({ ...decoded, spare }, nets, call.rotate ?? false, watch)
    const { pixels, turned } = found
    const faces: DetectedFace[] = found.faces.map((face) => report(face, pixels.scale))
    const subject = await measureSubject(found, call, watch)
    if (call.everyFace) {
      const few = found.faces.slice(0, mostFaces)
      const meshes = await watch.time('mesh', () => meshesOf(few, found, nets))
      const estimates = await watch.time('traits', () => traits.ageAndGender(pixels, meshes))
      for (const [index, traitsOfFace] of estimates.entries()) faces[index]!.traits = traitsOfFace
    }
    const { originalWidth: width, originalHeight: height } = pixels
    return { faces, subject, width, height, turned, timings: watch.timings }
  }

  return {
    measure,
    analyse: async (bytes, call) => {
      const watch = stopwatch()
      const decoded = await watch.time('decode', () => decodePicture(bytes, { pixelLimit, longestSide }))
      const { faces, subject, width, height, turned, timings } = await measure(decoded, call, watch)
      const facts = { format: decoded.format, width, height, bytes: bytes.length, turned }
      const hashes = { sha256: checksum(bytes), fingerprint: fingerprint(decoded) }
      return { picture: { ...facts, ...hashes }, faces, subject, timings }
    },
  }
}

interface Found extends FoundFaces {
  pixels: Pixels
  turned: QuarterTurn
}

/**
 * Finds the faces and, where turns are wanted, brings the first upright. A face found lying says itself which turn
 * that takes; where none is beyond doubt all turns are tried, for the detector sees lying faces poorly and the mesh
 * net tells a true one.
 */
async function search(pixels: Pixels, nets: FaceNets, rotate: boolean, watch: Stopwatch): Promise<Found> {
  const find = async (turned: QuarterTurn): Promise<Found> => {
    const turnedPixels = turn(pixels, turned)
    const found = await findFaces(turnedPixels, nets.detector, nets.mesh, watch)
    return { ...found, pixels: turnedPixels, turned }
  }
  let best = await find(0)
  if (!rotate) return best
  const order: QuarterTurn[] = [uprightTurn(best), 90, 270, 180]
  for (const turned of new Set(order)) {
    if (certainty(best) > surelyUpright) break
    if (turned === best.turned) continue
    const found = await find(turned)
    if (certainty(found) > certainty(best)) best = found
  }
  return best
}

/**
 * How surely the first face is one and upright: both nets' opinions multiplied, less 1 for a lying face; -1 without a
 * face. One opinion is not enough: of an upside-down face the mesh net makes an upright one, with the brow for a chin.
 */
function certainty({ faces, mesh }: FoundFaces): number {
  const [face] = faces
  if (!face || !mesh) return -1
  const sure = mesh.presence * face.confidence
  return Math.abs(measurePose(mesh.points).roll) > 45 ? sure - 1 : sure
}

/** The clockwise turn after which the first face stands upright. */
function uprightTurn({ mesh }: FoundFaces): QuarterTurn {
  const quarters = mesh ? Math.round(measurePose(mesh.points).roll / 90) : 0
  return (((4 - quarters) % 4) * 90) as QuarterTurn
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

/** Probability, 0..1, that a yes-or-no judgement is yes. */
function probability({ value, confidence }: Estimate<boolean>): number {
  return value ? confidence : 1 - confidence
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
