/** The camera's stream as the server asks for it: small frames around each photo, chained to the mark it gave last. */
import { luma } from '../../src/engine/picture/luma.ts'
import { enoughFrames, frameBytes, headerBytes, linkOf, side } from './chain.ts'

/** Frames that go with a photo: the first since the mark, and the last before the photo. */
const kept = { first: 2, all: 12 }
/** Milliseconds between frames. */
const pace = 120
/** Milliseconds after which a camera that brings no new frames is not waited for: the server has its own opinion of it. */
const patience = 30_000

/** A photo with the frames around it and the link that binds both to the session. */
export interface SealedPhoto {
  photo: Blob
  frames: Uint8Array<ArrayBuffer>
  /** Hex. */
  link: string
}

/** Pixels at equal distances, not averaged, so that what a sensor adds to each stays. */
export interface FrameSource {
  image: CanvasImageSource
  width: number
  height: number
}

export class CaptureStream {
  readonly #canvas = document.createElement('canvas')
  #mark = ''
  #markedAt = 0
  /** Tenths of milliseconds at which the last frame was taken: some browsers' clocks stand still between two. */
  #last = -1
  #head = new Uint8Array()
  #frames: Uint8Array<ArrayBuffer>[] = []

  /** Goes on under a new mark. @param isNew a stream of its own, which continues none */
  goOn(mark: string, isNew: boolean): void {
    this.#mark = mark
    this.#markedAt = performance.now()
    this.#last = -1
    this.#frames = []
    if (isNew) this.#head = new Uint8Array()
  }

  /** There are frames enough for a photo; its own is one of them. */
  get isReady(): boolean {
    return this.#frames.length + 1 >= enoughFrames || performance.now() - this.#markedAt > patience
  }

  /** Adds the camera's frames, at a pace of its own. @returns ends it */
  watch(video: HTMLVideoElement): () => void {
    const source = () => ({ image: video, width: video.videoWidth, height: video.videoHeight })
    let [goesOn, handle, last] = [true, 0, Number.NEGATIVE_INFINITY]
    // Called for frames that are new: a slow camera's are no copies of each other.
    const look = (now: number) => {
      if (!goesOn) return
      if (now - last >= pace) {
        last = now
        this.#add(this.#frameOf(source()))
      }
      handle = video.requestVideoFrameCallback(look)
    }
    // Older browsers do not tell when a frame is new.
    const timer =
      'requestVideoFrameCallback' in video
        ? undefined
        : setInterval(
            () => (video as HTMLVideoElement).videoWidth > 0 && this.#add(this.#frameOf(source())),
            pace,
          )
    if (!timer) handle = video.requestVideoFrameCallback(look)
    return () => {
      clearInterval(timer)
      goesOn = false
      if (handle) video.cancelVideoFrameCallback(handle)
    }
  }

  /** The frames so far and that of a photo's own moment, before the photo itself is encoded. */
  close(source: FrameSource): Uint8Array<ArrayBuffer> {
    this.#add(this.#frameOf(source))
    const all = new Uint8Array(this.#frames.length * frameBytes)
    for (const [index, frame] of this.#frames.entries()) all.set(frame, index * frameBytes)
    return all
  }

  /** Chains a photo and its frames to the photo before. */
  async seal(photo: Blob, frames: Uint8Array<ArrayBuffer>): Promise<SealedPhoto> {
    const link = await linkOf(this.#mark, this.#head, frames, new Uint8Array(await photo.arrayBuffer()))
    return { photo, frames, link: Array.from(link, (byte) => byte.toString(16).padStart(2, '0')).join('') }
  }

  /** The server took the photo: the next one continues from its link. */
  taken({ link }: SealedPhoto): void {
    this.#head = Uint8Array.from(link.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  }

  #add(frame: Uint8Array<ArrayBuffer>): void {
    this.#frames.push(frame)
    if (this.#frames.length > kept.all) this.#frames.splice(kept.first, 1)
  }

  #frameOf({ image, width, height }: FrameSource): Uint8Array<ArrayBuffer> {
    this.#last = Math.max(this.#last + 1, Math.round(10 * (performance.now() - this.#markedAt)))
    this.#canvas.width = side
    this.#canvas.height = side
    const context = this.#canvas.getContext('2d', { willReadFrequently: true })
    const frame = new Uint8Array(frameBytes)
    new DataView(frame.buffer).setUint32(0, this.#last)
    if (!context) return frame
    context.imageSmoothingEnabled = false
    context.drawImage(image, 0, 0, width, height, 0, 0, side, side)
    const { data } = context.getImageData(0, 0, side, side)
    for (let i = 0; i < side * side; i++)
      frame[headerBytes + i] = luma(data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!)
    return frame
  }
}
