/** What the server reports about a picture; the parts of its report that the page draws and lists. */
export interface Estimate<T> {
  value: T
  confidence: number
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Face {
  box: Box
  confidence: number
  traits?: { age: { years: number }; gender: Estimate<string> }
}

export interface Cue {
  name: string
  score: number | null
  note: string
}

export interface Subject extends Face {
  /** 468 times x, y. */
  points: number[]
  pose: { yaw: number; pitch: number; roll: number }
  quality: {
    score: number
    luminance: number
    interocular: number
    faults: string[]
    blur: Estimate<boolean>
    bright: Estimate<boolean>
    exposure: Estimate<string>
  }
  allTraits: {
    gender: Estimate<string>
    age: { years: number; min: number; max: number }
    eyewear: Estimate<string>
    occluded: Estimate<boolean>
    mouthCovered: Estimate<boolean>
    leftEyeOpen: Estimate<boolean>
    rightEyeOpen: Estimate<boolean>
    mouthOpen: Estimate<boolean>
    smile: Estimate<boolean>
  } | null
  liveness:
    | { judged: true; score: number; cues: Cue[] }
    | { judged: false; reason: string; cues: Cue[] }
    | null
}

export interface Report {
  picture: {
    format: string
    width: number
    height: number
    bytes: number
    sha256: string
    fingerprint: string
  }
  faces: Face[]
  subject: Subject | null
  timings: Record<string, number>
  /** A JPEG in base64 where browsers do not show the picture's own format. */
  preview: string | null
}

/** How a score becomes a verdict, and how often that one errs. */
export interface Rule {
  threshold: number
  /** Scores, 0..1, between which a person should look. */
  band: [from: number, to: number]
  /** Shares, 0..1, measured at this threshold; null where none were. */
  errors: { falseAccept: number; falseReject: number } | null
}

export interface DialectAnswer {
  dialect: string
  title: string
  method: string
  path: string
  status: number
  body: unknown
  curl: string
}

export interface Analysis {
  first: Report
  second: Report | null
  similarity: number | null
  rules: { liveness: Rule; match: Rule }
  answers: DialectAnswer[]
}

/** @throws Error whose message is a sentence for the reader */
export async function analyse(first: Blob, second: Blob | null): Promise<Analysis> {
  const body = new FormData()
  body.set('first', first, nameOf(first))
  if (second) body.set('second', second, nameOf(second))
  const response = await fetch('/playground/analyse', { method: 'POST', body }).catch(() => {
    throw new Error('The server cannot be reached.')
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer as Analysis
  throw new Error(typeof answer.message === 'string' ? answer.message : 'The server could not analyse this.')
}

/** The name that the curl lines call the file by; what a camera or the clipboard gave has none. */
function nameOf(picture: Blob): string {
  return picture instanceof File ? picture.name : 'picture'
}

/** Begins a session to try the capture page with. @returns the page's address */
export async function beginCapture(): Promise<string> {
  const response = await fetch('/playground/capture', { method: 'POST' })
  if (!response.ok) throw new Error('No session could be begun.')
  return (await response.json()).captureUrl
}
