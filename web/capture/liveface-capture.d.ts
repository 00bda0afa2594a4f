/** Types of `<liveface-capture>`, as the package exports them with the element (`liveface/capture`). */

export type CaptureGesture = 'TURN_LEFT' | 'TURN_RIGHT' | 'LOOK_UP' | 'SMILE' | 'BLINK' | 'OPEN_MOUTH'

/** A picture that is asked for. */
export interface CaptureStep {
  /** Null: the person looks ahead. Left and right are the person's own. */
  gesture: CaptureGesture | null
  /** From 1 to `steps`. */
  step: number
  steps: number
}

/** What stands in the way. */
export type CaptureProblem =
  | 'camera_refused'
  | 'camera_none'
  | 'camera_busy'
  | 'camera_insecure'
  | 'camera_doubted'
  | 'face_lost'
  | 'network'
  | 'expired'
  | 'link_used'
  | 'server_refused'
  | 'internal'

/** The `detail` of each event, by the event's name. Events do not bubble. */
export interface CaptureEvents {
  /** Bytes of the guide's files; they load once and stay in the browser's cache. */
  progress: { loaded: number; total: number }
  /** The link is open and the camera shows the person. */
  ready: null
  /** The person is asked for a picture. */
  prompt: CaptureStep
  /** The server has taken that picture. */
  photo: CaptureStep
  /**
   * The session has its verdict. It is here to go on with, not to be believed: ask the server, or let it send a webhook.
   * `failure` names what the person can do better, or is `not_accepted`. `returnUrl`: the session's `return_url`, signed for
   * the next five minutes; the element offers it with a button, and has it signed again when that is pressed.
   */
  complete: { passed: boolean; failure: string | null; returnUrl: string | null }
  /** An attempt failed, and the session allows another. */
  attempt: { failure: string | null }
  /** The element says so and, unless it is `final`, offers a way on. */
  error: { code: CaptureProblem; final: boolean }
  /** The language that is shown, from the beginning and whenever the person chooses another. */
  language: { language: string }
}

export type CaptureEventMap = { [Name in keyof CaptureEvents]: CustomEvent<CaptureEvents[Name]> }

/** Leads a person through one challenge session. It starts with its `capture-url` and stops the camera when it is removed. */
export class LivefaceCapture extends HTMLElement {
  /** `capture_url` of a session, which opens once; the attribute is `capture-url`. Empty: nothing is shown. */
  captureUrl: string
  /** URL of your Liveface server: links to any other are refused. Empty: the page's Content-Security-Policy alone limits them. */
  server: string
  /** Two letters, such as `hi`; the attribute is `language`. Empty: that of the session's link, the browser's, or English. */
  language: string
  addEventListener<Name extends keyof CaptureEvents>(
    type: Name,
    listener: (this: LivefaceCapture, event: CaptureEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
}

declare global {
  interface HTMLElementTagNameMap {
    'liveface-capture': LivefaceCapture
  }
}
