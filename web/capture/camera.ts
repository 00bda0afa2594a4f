import { luma } from '../../src/engine/picture/luma.ts'

export type CameraFault = 'cameraRefused' | 'cameraNone' | 'cameraBusy' | 'cameraInsecure'

export class CameraError extends Error {
  override readonly name = 'CameraError'
  readonly fault: CameraFault

  constructor(fault: CameraFault, options?: ErrorOptions) {
    super(fault, options)
    this.fault = fault
  }
}

const faults: Record<string, CameraFault> = {
  NotAllowedError: 'cameraRefused',
  SecurityError: 'cameraRefused',
  NotFoundError: 'cameraNone',
  OverconstrainedError: 'cameraNone',
  NotReadableError: 'cameraBusy',
  AbortError: 'cameraBusy',
}

/**
 * @param id of the camera that the person chose; null, or of one that is gone: the camera that looks at the person
 * @throws CameraError
 */
export async function startCamera(id: string | null): Promise<MediaStream> {
  // Browsers hide the camera from pages that did not come by https.
  if (!navigator.mediaDevices) throw new CameraError('cameraInsecure')
  try {
    return await askFor(id === null ? { facingMode: 'user' } : { deviceId: { exact: id } })
  } catch (error) {
    const fault = faults[(error as DOMException).name] ?? 'cameraBusy'
    if (id !== null && fault === 'cameraNone') return startCamera(null)
    throw new CameraError(fault, { cause: error })
  }
}

function askFor(which: MediaTrackConstraints): Promise<MediaStream> {
  const video = { ...which, width: { ideal: 1280 }, height: { ideal: 960 } }
  return navigator.mediaDevices.getUserMedia({ audio: false, video })
}

/** What the browser says of the camera. Films that a page makes itself have an id too, but not that of a device. */
export async function describeCamera(stream: MediaStream): Promise<{ label: string; hasDevice: boolean }> {
  const [track] = stream.getVideoTracks()
  const id = track?.getSettings().deviceId
  const devices = await navigator.mediaDevices.enumerateDevices()
  const hasDevice = devices.some(({ kind, deviceId }) => kind === 'videoinput' && deviceId === id)
  return { label: (track?.label ?? '').slice(0, 200), hasDevice }
}

export function stopCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** Longest side of the pictures that are sent, in pixels. */
const pictureSide = 1280
/** Longest side of the copy that the guide looks at. */
const lookSide = 480

/** The film's present picture, twice: to send, and smaller to look at. Both show the very same moment. */
export class Shutter {
  readonly picture = document.createElement('canvas')
  readonly look = document.createElement('canvas')

  /** @returns false while the film has not begun */
  capture(video: HTMLVideoElement): boolean {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return false
    const { videoWidth: width, videoHeight: height } = video
    draw(this.picture, video, width, height, pictureSide)
    draw(this.look, this.picture, width, height, lookSide)
    return true
  }

  /** The picture as JPEG, not mirrored, whatever the preview shows. */
  toBlob(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.picture.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be encoded.'))),
        'image/jpeg',
        0.92,
      )
    })
  }

  /** Mean luminance, 0..255, of a box of the small copy. */
  light([left, top, width, height]: [number, number, number, number]): number {
    const context = this.look.getContext('2d', { willReadFrequently: true })
    if (!context || width < 1 || height < 1) return 128
    const { data } = context.getImageData(left, top, width, height)
    let sum = 0
    for (let i = 0; i < data.length; i += 4) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!)
    return sum / (data.length / 4)
  }
}

function draw(
  canvas: HTMLCanvasElement,
  source: CanvasImageSource,
  width: number,
  height: number,
  longest: number,
): void {
  const scale = Math.min(1, longest / Math.max(width, height))
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d', { willReadFrequently: true })?.drawImage(source, 0, 0, canvas.width, canvas.height)
}
