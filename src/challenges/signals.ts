/** What in a stream of the capture page speaks against a camera in front of a person. */
import { fingerprintOfGrey, hammingDistance } from '../engine/picture/fingerprint.ts'
import { type Frame, frameSide } from './burst.ts'

/**
 * How much each weighs. From 1 on a photo counts as uploaded: no single sign of a program in place of a camera is enough,
 * but photos that are not of the stream are none of it.
 * The weights are judged from how cameras and programs work; how many honest cameras show each was not measured.
 */
export const signalWeights = {
  /** The camera calls itself what programs that play films into browsers call theirs. */
  virtual_camera: 0.5,
  /** The browser names no device: the film comes from the page itself. */
  no_device: 0.5,
  /** Too few frames to tell anything from. Our page waits for enough, so that a page without is another: enough by itself. */
  few_frames: 1,
  /** Half of the frames are the very frame before. */
  equal_frames: 0.5,
  /** Frames differ in few pixels: a sensor's noise moves nearly all. */
  equal_noise: 0.5,
  /** Frames come at exactly equal distances, as no page's clock has it. */
  even_rhythm: 0.3,
  /** The gesture was done sooner after it was asked for than anybody reacts. */
  sudden: 0.5,
  /** By the page's clock the frames took longer than by the server's, or they came long after they were taken. */
  untimely: 0.5,
  /** The photo does not show what the frame of its moment shows, so it is not of the stream: enough by itself. */
  other_moment: 1,
} as const

export type CaptureSignal = keyof typeof signalWeights

/** How a photo of a session came: in a stream of our own page that a camera seems to feed, or in whatever other way. */
export type Captured = 'page' | 'upload'

export function capturedOf(signals: readonly CaptureSignal[]): Captured {
  const weight = signals.reduce((sum, name) => sum + signalWeights[name], 0)
  return weight >= 1 ? 'upload' : 'page'
}

/** What the page says of its camera. */
export interface CameraSettings {
  label: string
  /** The browser gave the camera an id. */
  hasDevice: boolean
}

/** Names, or parts of them, under which programs offer a camera that is none. */
const virtualCameras =
  /\bobs\b|virtual|manycam|fake|dummy|v4l2 ?loopback|snap camera|xsplit|splitcam|camtwist|mmhmm|youcam|altercam|webcamoid|akvcam|unity video|vcam|\.(?:mjpeg|y4m)$/i

export function signalsOfCamera({ label, hasDevice }: CameraSettings): CaptureSignal[] {
  return [
    ...(virtualCameras.test(label) ? (['virtual_camera'] as const) : []),
    ...(hasDevice ? [] : (['no_device'] as const)),
  ]
}

/** Milliseconds from a gesture's prompt to its photo that nobody beats, seeing it held for a quarter of a second included. */
const reaction = 250
/** As many as web/capture/chain.ts waits for. */
export const enoughFrames = 6
/** Milliseconds that a photo may be on its way, and by which the clocks of page and server may run apart. */
const delivery = 30_000
const clockSlack = 500

/**
 * @param elapsed milliseconds by the server's clock from the mark to the photo
 * @param prompted a gesture was asked for with the mark
 */
export function signalsOfFrames(
  frames: readonly Frame[],
  { elapsed, prompted }: { elapsed: number; prompted: boolean },
): CaptureSignal[] {
  const last = frames.at(-1)?.at ?? 0
  const seen: Partial<Record<CaptureSignal, boolean>> = {
    few_frames: frames.length < enoughFrames,
    sudden: prompted && last < reaction,
    untimely: last > elapsed + clockSlack || elapsed - last > delivery,
  }
  if (frames.length >= enoughFrames) {
    const changed = frames.slice(1).map((frame, index) => changedShare(frames[index]!, frame))
    const different = changed.filter((share) => share > 0)
    seen.equal_frames = different.length <= changed.length / 2
    seen.equal_noise = different.length > 0 && mean(different) < 0.1
    const gaps = frames.slice(1).map(({ at }, index) => at - frames[index]!.at)
    seen.even_rhythm = Math.max(...gaps) - Math.min(...gaps) < 0.15
  }
  return (Object.keys(seen) as CaptureSignal[]).filter((name) => seen[name])
}

/** Bits of 64 in which the fingerprints of a photo and of its frame, far smaller and not averaged, may differ. */
const fingerprintBits = 12

/** @param fingerprint of the photo */
export function showsOtherMoment(frame: Frame, fingerprint: string): boolean {
  return hammingDistance(fingerprintOfGrey(frame.grey, frameSide), fingerprint) > fingerprintBits
}

function changedShare(first: Frame, second: Frame): number {
  let count = 0
  for (let i = 0; i < first.grey.length; i++) if (first.grey[i] !== second.grey[i]) count++
  return count / first.grey.length
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
