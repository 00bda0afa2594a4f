/** What the page shows, one screen at a time. */
import { CaptureApiError } from './api.ts'
import { CameraError, type CameraFault } from './camera.ts'
import type { CaptureProblem } from './liveface-capture.d.ts'

export type Stop = CameraFault | 'cameraDoubted' | 'network' | 'broken'

export type Screen =
  | 'first'
  | 'welcome'
  | 'loading'
  | 'live'
  | 'lost'
  | 'again'
  | 'expired'
  | 'used'
  | 'result'
  | Stop

/** Screens that tell of a problem, by its name in events. */
export const problems: Partial<Record<Screen, CaptureProblem>> = {
  cameraRefused: 'camera_refused',
  cameraNone: 'camera_none',
  cameraBusy: 'camera_busy',
  cameraInsecure: 'camera_insecure',
  cameraDoubted: 'camera_doubted',
  lost: 'face_lost',
  network: 'network',
  expired: 'expired',
  used: 'link_used',
  broken: 'internal',
}

/** Screens of what the server answered. */
const refusals: Record<string, Screen> = {
  network: 'network',
  expired: 'expired',
  link_unknown: 'used',
  completed: 'used',
  key_unknown: 'used',
  upload_refused: 'cameraDoubted',
}

/** The screen of what stands in the way. */
export function screenOf(error: unknown): Screen {
  if (error instanceof CameraError) return error.fault
  return (error instanceof CaptureApiError && refusals[error.code]) || 'broken'
}

/** Nothing leads on from here but the way back to the caller. */
export const isLast = (screen: Screen): boolean =>
  screen === 'result' || screen === 'expired' || screen === 'used'
