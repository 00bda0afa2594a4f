/**
 * What the engine measures, field by field.
 *
 * Pixels are those of the picture after the EXIF turn and after `turned`, origin top left.
 * Left and right are the subject's own: in a picture that is not mirrored the subject's left eye is
 * the one on the right-hand side. Probabilities and confidences run 0..1; degrees are degrees.
 */

import type { CameraMark } from './picture/camera-marks.ts'

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic'

export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  width: number
  height: number
}

/** A judgement and the calibrated probability, 0..1, that it is right. */
export interface Estimate<T> {
  value: T
  confidence: number
}

export interface PictureFacts {
  format: PictureFormat
  /** Width and height in pixels after the EXIF turn and after `turned`. */
  width: number
  height: number
  /** Size of the encoded file in bytes. */
  bytes: number
  /** SHA-256 of the encoded file, 64 hex digits. */
  sha256: string
  /** Perceptual hash, 16 hex digits; near-duplicates differ in few bits. */
  fingerprint: string
  /** Clockwise degrees the picture was turned, beyond EXIF, to bring the face upright. 0 unless `rotate` was asked for. */
  turned: 0 | 90 | 180 | 270
  /** What the file carries of a camera. Anybody can write it. */
  cameraMarks: CameraMark[]
}

/** Degrees. All zero for a face that looks straight into the camera. */
export interface Pose {
  /** Positive: the head is turned to the subject's own left. About -90..90. */
  yaw: number
  /** Positive: the head looks up. About -60..60. */
  pitch: number
  /** Positive: the head leans to the subject's own left shoulder. -180..180. */
  roll: number
}

/** Why a face can't be judged, or what a photographer would do better. */
export type QualityFault =
  /** The nets are not sure of a bare human face: it is covered, from the side, an animal's, or none. */
  | 'face_unclear'
  | 'face_too_small'
  | 'face_too_large'
  | 'face_cut_off'
  | 'too_dark'
  | 'too_bright'
  | 'blurred'
  | 'extreme_pose'
  | 'occluded'

export interface Quality {
  /** 0..100, higher matches better; falls with blur, down-scaling, JPEG damage, pose and occlusion. */
  score: number
  /** Mean luminance of the skin region, 0..100. */
  luminance: number
  blur: Estimate<boolean>
  /** True when the face has adequate light. */
  bright: Estimate<boolean>
  exposure: Estimate<'UNDER_EXPOSED' | 'NEUTRAL' | 'OVER_EXPOSED'>
  /** Distance between the pupils in pixels of the picture. */
  interocular: number
  /** Faults, gravest first; empty for a good picture. */
  faults: QualityFault[]
}

export interface Traits {
  gender: Estimate<'male' | 'female'>
  /** Years. `min`..`max` contains the true age with probability `confidence`. */
  age: { years: number; min: number; max: number; confidence: number }
  eyewear: Estimate<'none' | 'glasses' | 'sunglasses'>
  /** Something other than glasses covers part of mouth, nose or eyes. */
  occluded: Estimate<boolean>
  /** A mask, hand or object covers mouth or nose. */
  mouthCovered: Estimate<boolean>
  leftEyeOpen: Estimate<boolean>
  rightEyeOpen: Estimate<boolean>
  mouthOpen: Estimate<boolean>
  smile: Estimate<boolean>
}

/** One explained reason behind a liveness score. */
export interface LivenessCue {
  /** Stable name, for example `texture`, `context`, `moire`, `screen_edge`. */
  name: string
  /** 0..1: how much this cue alone speaks for a bona fide capture; null when it could not be taken. */
  score: number | null
  /** One sentence for a person. */
  note: string
}

export type Liveness =
  /**
   * `score`: calibrated probability, 0..1 at equal priors, that this is a bona fide capture. `net` names an added net that
   * gave it, of which MODELS.md measures nothing; absent: the packaged ones did.
   */
  | { judged: true; score: number; cues: LivenessCue[]; net?: string }
  /** Not judged: `reason` names the fault; no score is guessed. */
  | { judged: false; reason: QualityFault; cues: LivenessCue[] }

export interface DetectedFace {
  box: Box
  /** Detector confidence, 0..1. */
  confidence: number
  /** Subject's right eye, left eye, nose, mouth, right ear, left ear. */
  points: [Point, Point, Point, Point, Point, Point]
  /** Present when the caller asked for the age of this face, or of every face. */
  traits?: Pick<Traits, 'age' | 'gender'>
}

/** The most prominent face, measured in full. A part is null only when the caller did not ask for it. */
export interface Subject extends DetectedFace {
  /** 468 points x (x, y, z) in pixels, MediaPipe face mesh order; z grows away from the camera. */
  mesh: Float32Array
  pose: Pose
  /** Where the face stands in the frame, from the viewer's side. */
  alignment: 'LEFT' | 'RIGHT' | 'CENTRE'
  /** True when the head is turned away from the camera by more than the documented angle. */
  headTurned: boolean
  quality: Quality
  allTraits: Traits | null
  liveness: Liveness | null
  /** Face template: 128 values of unit length. Personal data: never log it. */
  template: Float32Array | null
  /** Absent when the caller did not ask for it. Personal data: never log it. */
  scene?: Scene
  /**
   * The face's fine detail (face/imprint.ts); null: hardly any. Absent when the caller did not ask for it. Personal data:
   * never log it.
   */
  imprint?: Uint8Array | null
}

/** The upright face with what surrounds it, 2.6 times as high as the face: what `overlay` compares. */
export interface Scene {
  /** 128 x 128 luma values, 1..255, row by row; 0 beyond the picture's edge. */
  grey: Uint8Array
  /** x and y of 56 points of the face in those pixels. */
  points: Float32Array
}

/**
 * How much of one photo is found again in another after the face has been bent from the one to the other. A block of the
 * picture is found again when it is alike to 0.9 and not 1.5 pixels off.
 */
export interface Overlay {
  /** Share, 0..1, of the blocks around the face that are found again. */
  around: number
  /** The same of the blocks next to the face: hair, ears, collar. */
  rim: number
  /** Median likeness, -1..1, of the blocks around the face with what was found. */
  likeness: number
  /** How far the blocks of the face are off after the bending, in pixels of the scene on average. 0..4.3 */
  faceShift: number
}

export interface FaceReport {
  picture: PictureFacts
  /** Every face, most prominent first: by its area within the picture, weighed by nearness to the middle. */
  faces: DetectedFace[]
  /** The first face in full; null when no face was found. */
  subject: Subject | null
  /** Milliseconds by stage: decode, detect, mesh, template, traits, quality, liveness. */
  timings: Record<string, number>
}

export interface AnalyseOptions {
  /**
   * What to measure beyond faces, mesh, pose and quality. Default: template, traits and liveness. `age`: age and gender
   * of the first face (`faces[0].traits`), which cost less than all its traits. Whoever leaves out `traits` learns of
   * quality whatever it is but not `occluded`, which the traits find.
   */
  want?: {
    template?: boolean
    traits?: boolean
    age?: boolean
    liveness?: boolean
    scene?: boolean
    imprint?: boolean
  }
  /** Also estimate age and gender of every face (at most 16, in `traits` of each). Default false. */
  everyFace?: boolean
  /**
   * Report in the pixels of the upright picture and look at parts of turned pictures too. The first face is measured
   * upright in any case; without this, places are reported in the picture as it was sent, `turned` is 0 and `pose.roll`
   * says how the face lies. Default false.
   */
  rotate?: boolean
  /** Gives up waiting in the queue. */
  signal?: AbortSignal
  /**
   * Goes before pictures that wait, and is never refused as busy: for the further pictures of a call whose first one was
   * measured. Default false.
   */
  urgent?: boolean
}

export interface MatchReport {
  /** 0..1, calibrated: see MODELS.md for FMR and FNMR at each value. Null when a side has no face. */
  similarity: number | null
  /** Cosine of the two templates, -1..1; null when a side has no face. */
  cosine: number | null
  first: FaceReport
  second: FaceReport
}

export interface EngineStats {
  workers: number
  /** Pictures waiting for a worker. */
  queued: number
  /** Pictures analysed since the start. */
  completed: number
  /** Workers replaced after a crash or a hang since the start. */
  restarts: number
}

/** Picture bytes in, measurements out. Safe to call from many requests at once; keeps nothing between calls. */
export interface Engine {
  /**
   * Finds and measures the faces of one encoded picture.
   * @throws PictureError when the bytes are no picture we read; EngineError when busy, timed out or closed.
   */
  analyse(picture: Uint8Array, options?: AnalyseOptions): Promise<FaceReport>
  /** Compares the most prominent faces of two pictures. @throws as analyse; `which` on the error names the side. */
  compare(first: Uint8Array, second: Uint8Array, options?: AnalyseOptions): Promise<MatchReport>
  /**
   * The pixels of a picture in a new upright JPEG, its longer side at most `longestSide` pixels, without EXIF, position,
   * thumbnail, profile or anything else beside them. Goes before pictures that wait, for it completes work already done.
   * @throws as analyse
   */
  redraw(picture: Uint8Array, longestSide: number): Promise<Uint8Array>
  stats(): EngineStats
  /**
   * Takes no new picture, finishes those under way, then ends the workers.
   * @param graceMs after which workers are ended with whatever they do. Default: none
   */
  close(graceMs?: number): Promise<void>
}
