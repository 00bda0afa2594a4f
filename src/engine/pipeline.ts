/** One picture from bytes to report: the stages in order, on the thread it is called on. */
import type { PadNet } from './added/pad-net.ts'
import { asSent } from './as-sent.ts'
import {
  type Candidate,
  certainty,
  clearFace,
  type FaceNets,
  faceNets,
  makeTemplate,
  measureMesh,
  regionOfDetection,
  takeImprint,
} from './face/index.ts'
import { createLiveness } from './liveness/index.ts'
import type { ModelSessions } from './models/index.ts'
import { cameraMarksOf } from './picture/camera-marks.ts'
import { decodePicture } from './picture/decode.ts'
import { checksum, fingerprint } from './picture/fingerprint.ts'
import type { Pixels } from './picture/pixels.ts'
import type { QuarterTurn } from './picture/turn.ts'
import { createWorkspace } from './picture/workspace.ts'
import { alignmentOf, measurePose, turnedAway } from './pose.ts'
import { asUnclear, measureQuality, withOcclusion } from './quality/index.ts'
import { cutScene } from './scene/index.ts'
import { type Stopwatch, stopwatch } from './stopwatch.ts'
import { createTraits } from './traits/index.ts'
import type { AnalyseOptions, DetectedFace, Estimate, FaceReport, Point, Subject, Traits } from './types.ts'
import { findUpright, type UprightFaces } from './upright.ts'

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

/** What is measured in the pixels alone. */
export interface Measured extends Pick<FaceReport, 'faces' | 'subject' | 'timings'> {
  /** Size in pixels after the turn. */
  width: number
  height: number
  turned: QuarterTurn
}

/** Faces whose age and gender are estimated at most when every face is asked for. */
const maxFaces = 16

/**
 * @param sessions must have the nets of `pipelineNets` open
 * @param pad an added net that judges liveness
 */
export function createPipeline(
  sessions: ModelSessions,
  options: PipelineOptions = {},
  pad: PadNet | null = null,
): Pipeline {
  const { pixelLimit = 50e6, longestSide = 1280 } = options
  const nets = faceNets(sessions)
  const traits = createTraits(sessions)
  const liveness = createLiveness(sessions, pad)
  const workspace = createWorkspace()

  async function measureSubject(
    found: UprightFaces,
    call: PipelineCall,
    watch: Stopwatch,
  ): Promise<Subject | null> {
    const { pixels, faces, mesh } = found
    const [face] = faces
    if (!face || !mesh) return null
    const {
      template = true,
      traits: wantsTraits = true,
      liveness: wantsLiveness = true,
      scene = false,
      imprint = false,
    } = call.want ?? {}
    const pose = measurePose(mesh.points)
    const geometry = { ...face, mesh: mesh.points, pose }
    const uncovered = await watch.time('quality', () => {
      const measured = measureQuality(pixels, geometry)
      return certainty(face.confidence, mesh.presence) < clearFace ? asUnclear(measured) : measured
    })
    const allTraits = wantsTraits ? await watch.time('traits', () => traits.measure(pixels, geometry)) : null
    const quality = allTraits ? withOcclusion(uncovered, probability(allTraits.occluded)) : uncovered
    return {
      ...report(face, pixels.scale),
      mesh: mesh.points.map((value) => value / pixels.scale),
      pose,
      alignment: alignmentOf(face.box, pixels.width),
      headTurned: turnedAway(pose),
      quality,
      template: template ? await watch.time('template', () => makeTemplate(pixels, mesh.points, nets)) : null,
      allTraits,
      liveness: wantsLiveness
        ? await watch.time('liveness', () => liveness.judge(pixels, { ...geometry, quality }))
        : null,
      ...(scene ? { scene: cutScene(pixels, mesh.points) } : {}),
      ...(imprint ? { imprint: takeImprint(pixels, mesh.points) } : {}),
    }
  }

  /** Age and gender of the faces for which the caller wants them, in order; the subject's are measured once. */
  async function measureAges(
    found: UprightFaces,
    subject: Subject | null,
    { want, everyFace = false }: PipelineCall,
    watch: Stopwatch,
  ): Promise<Pick<Traits, 'age' | 'gender'>[]> {
    const few = found.faces.slice(0, everyFace ? maxFaces : want?.age ? 1 : 0)
    if (few.length === 0) return []
    const known = subject?.allTraits ? [subject.allTraits] : []
    const meshes = await watch.time('mesh', () => meshesOf(few, found, nets))
    const rest = meshes.slice(known.length)
    const measured =
      rest.length > 0 ? await watch.time('traits', () => traits.ageAndGender(found.pixels, rest)) : []
    return [...known.map(({ age, gender }) => ({ age, gender })), ...measured]
  }

  async function measure(decoded: Pixels, call: PipelineCall = {}, watch = stopwatch()): Promise<Measured> {
    const found = await findUpright({ ...decoded, workspace }, nets, call.rotate ?? false, watch)
    const { pixels, turned } = found
    const faces: DetectedFace[] = found.faces.map((face) => report(face, pixels.scale))
    const subject = await measureSubject(found, call, watch)
    const aged = await measureAges(found, subject, call, watch)
    for (const [index, both] of aged.entries()) faces[index]!.traits = both
    const { originalWidth: width, originalHeight: height } = pixels
    const measured = { faces, subject, width, height, turned, timings: watch.timings }
    return call.rotate ? measured : asSent(measured)
  }

  return {
    measure,
    analyse: async (bytes, call) => {
      const watch = stopwatch()
      const decoded = await watch.time('decode', () =>
        decodePicture(bytes, { pixelLimit, longestSide, workspace }),
      )
      const { faces, subject, width, height, turned, timings } = await measure(decoded, call, watch)
      const facts = { format: decoded.format, width, height, bytes: bytes.length, turned }
      const hashes = { sha256: checksum(bytes), fingerprint: fingerprint(decoded) }
      const marks = { cameraMarks: cameraMarksOf(bytes, { ...decoded, width, height }) }
      return { picture: { ...facts, ...hashes, ...marks }, faces, subject, timings }
    },
  }
}

/** Meshes of the first faces; the largest has one already. */
async function meshesOf(
  faces: readonly Candidate[],
  { pixels, mesh }: UprightFaces,
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
