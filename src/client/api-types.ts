/** Shapes of Liveface’s own API. Written by `npm run client-types`; do not edit. */

export interface LivenessRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /** A further picture of the same capture, moments before or after `picture`; may be left out. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture_2?: string
  /** A further picture of the same capture, moments before or after `picture`; may be left out. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture_3?: string
  /** A further picture of the same capture, moments before or after `picture`; may be left out. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture_4?: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person?: string
  /**
   * Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.
   * @maxLength 2048
   */
  callback_url?: string
}

/** Measured errors at the threshold; MODELS.md says on what. */
export interface ErrorRates {
  /**
   * Share of those who must not pass and do: attacks (APCER), or pairs of two people (FMR).
   * @min 0
   * @max 1
   */
  false_accept: number
  /**
   * Share of those who must pass and do not: living people (BPCER), or pairs of one person (FNMR).
   * @min 0
   * @max 1
   */
  false_reject: number
}

/** Why the verdict is not `pass`. */
export interface Reason {
  /** What kept the verdict from being `pass`; a closed set. */
  code:
    | 'no_face'
    | 'several_faces'
    | 'face_unclear'
    | 'face_too_small'
    | 'face_too_large'
    | 'face_cut_off'
    | 'too_dark'
    | 'too_bright'
    | 'blurred'
    | 'extreme_pose'
    | 'occluded'
    | 'unverified_capture'
    | 'not_a_photograph'
    | 'spoof_suspected'
    | 'different_people'
    | 'near_threshold'
    | 'looks_underage'
    | 'age_not_reached'
    | 'age_uncertain'
    | 'quality_too_low'
  /** The same in a sentence. */
  message: string
  /** The picture at fault; null where none is. */
  picture: 'picture' | 'reference' | 'picture_2' | 'picture_3' | 'picture_4' | null
}

/** Something worth knowing that decided nothing. */
export interface Warning {
  /** A closed set. */
  code:
    | 'no_face'
    | 'several_faces'
    | 'face_unclear'
    | 'face_too_small'
    | 'face_too_large'
    | 'face_cut_off'
    | 'too_dark'
    | 'too_bright'
    | 'blurred'
    | 'extreme_pose'
    | 'occluded'
    | 'unverified_capture'
  /** The same in a sentence. */
  message: string
  /** The picture it is about; null where it is about none. */
  picture: 'picture' | 'reference' | 'picture_2' | 'picture_3' | 'picture_4' | null
}

/** One thing that the liveness score rests on. */
export interface Cue {
  /** Stable name of what was looked at, for example `surroundings`. */
  name: string
  /** How much this alone speaks for a living person before a camera, 0 to 1; null where it was not taken. */
  score: number | null
  /** One sentence for people. */
  note: string
}

/** An estimated age with its uncertainty. */
export interface AgeEstimate {
  /** Best estimate. */
  years: number
  /** Lower end of the range, in years. */
  min: number
  /** Upper end of the range, in years. */
  max: number
  /**
   * How often such a range holds the true age.
   * @min 0
   * @max 1
   */
  confidence: number
  /**
   * The age that was asked for.
   */
  minimum_age: number
}

/** How well the face can be recognised. */
export interface Quality {
  /**
   * 0 to 100; higher is recognised better.
   * @min 0
   * @max 100
   */
  score: number
}

/** Where the face stands. */
export interface Box {
  /** Left edge, in pixels of the upright picture. */
  x: number
  /** Upper edge. */
  y: number
  /** Width. */
  width: number
  /** Height. */
  height: number
}

/** One picture, as the server saw it. */
export interface SeenPicture {
  /** Which picture of the request: the field that it was sent in. */
  name: 'picture' | 'reference' | 'picture_2' | 'picture_3' | 'picture_4'
  /** How the server came by it. `upload`: sent by the caller, so that nobody can say which camera took it. */
  captured: 'upload'
  /** What the first bytes say. */
  format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic'
  /**
   * Pixels of the upright picture.
   */
  width: number
  /**
   * Pixels of the upright picture.
   */
  height: number
  /**
   * Size of the file.
   */
  bytes: number
  /** SHA-256 of the file, 64 hex digits. */
  sha256: string
  /** What the file carries of a camera; anybody can write it. `camera_named`: EXIF with maker, model, moment and exposure. `size_kept`: as large as EXIF says, a megapixel or more. `finely_saved`: as finely as cameras save. All three, or `unverified_capture` where the client asks for them. Absent from checks that were answered before it came. */
  camera_marks?: ('camera_named' | 'size_kept' | 'finely_saved')[]
  /**
   * Faces found in it.
   * @min 0
   */
  faces: number
  /** The most prominent face, which is the one that was judged; null without a face. */
  face: Box | null
}

/** A check and its verdict. */
export interface Check {
  /**
   * Id of the check.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What was asked. */
  type: 'liveness' | 'match' | 'age' | 'quality'
  /** Your own id of the person; null where you gave none. */
  person: string | null
  /** `pass`: yes. `fail`: no. `review`: too near the threshold to say; let a person look. */
  verdict: 'pass' | 'fail' | 'review'
  /** Calibrated probability, 0 to 1, of what was asked: a living person, one person in both pictures, the age reached, a face that is recognised again. Null where nothing could be judged. */
  probability: number | null
  /** What the probability had to reach, 0 to 1; null where no age could be judged. */
  threshold: number | null
  /** How often verdicts at this threshold err. Null where nothing was measured: age, quality, far thresholds, nets that an operator added. */
  error_rates: ErrorRates | null
  /** Why the verdict is not `pass`; empty when it is. */
  reasons: Reason[]
  /** What is worth knowing besides. */
  warnings: Warning[]
  /** What a liveness score rests on, of several pictures the weakest; empty for other checks. */
  cues: Cue[]
  /** With an age check whose face was judged; else null. */
  age: AgeEstimate | null
  /** With a quality check whose face was judged; else null. */
  quality: Quality | null
  /** The pictures of the request. */
  pictures: SeenPicture[]
  /**
   * When it was decided. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
}

/** A check that is still to be measured. */
export interface PendingCheck {
  /**
   * Id of the check.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What was asked. */
  type: 'liveness' | 'match' | 'age' | 'quality'
  /** Your own id of the person; null where you gave none. */
  person: string | null
  /** It was accepted and is not measured yet. */
  status: 'pending'
  /**
   * When it was accepted. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
}

/** One field that is at fault. */
export interface FieldProblem {
  /** Name of the field or of the picture. */
  field: string
  /** What is wrong with it. */
  message: string
}

/** Problem details (RFC 9457). */
export interface Problem {
  /** URN of the problem: `urn:liveface:problem:` and its code. */
  type: string
  /** What is wrong, the same for every problem of this code. */
  title: string
  /**
   * The HTTP status.
   */
  status: number
  /** Name of the problem, for programs; a closed set. */
  code:
    | 'body_malformed'
    | 'idempotency_key_invalid'
    | 'key_missing'
    | 'key_unknown'
    | 'balance_empty'
    | 'key_not_administrative'
    | 'key_administrative'
    | 'address_not_allowed'
    | 'route_unknown'
    | 'check_unknown'
    | 'session_unknown'
    | 'webhook_unknown'
    | 'person_unknown'
    | 'face_unknown'
    | 'client_unknown'
    | 'client_key_unknown'
    | 'batch_unknown'
    | 'check_cancelled'
    | 'check_erased'
    | 'check_under_way'
    | 'webhook_exists'
    | 'person_full'
    | 'person_known'
    | 'face_blocked'
    | 'idempotency_key_under_way'
    | 'body_too_large'
    | 'picture_too_large'
    | 'body_type_unsupported'
    | 'picture_type_unsupported'
    | 'idempotency_key_reused'
    | 'fields_invalid'
    | 'picture_unreadable'
    | 'picture_too_many_pixels'
    | 'callback_unknown'
    | 'no_face'
    | 'several_faces'
    | 'face_unclear'
    | 'face_too_small'
    | 'face_too_large'
    | 'face_cut_off'
    | 'too_dark'
    | 'too_bright'
    | 'blurred'
    | 'extreme_pose'
    | 'occluded'
    | 'quality_too_low'
    | 'person_differs'
    | 'too_many_pending'
    | 'too_many_requests'
    | 'internal'
    | 'busy'
  /** URN of this request; its id stands in the header x-request-id and in the log. */
  instance: string
  /** The fields or pictures at fault, where any is. */
  errors?: FieldProblem[]
}

export interface MatchRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /** The picture to compare it with: the portrait of a document, or an earlier selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  reference: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person?: string
  /**
   * Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.
   * @maxLength 2048
   */
  callback_url?: string
}

export interface AgeRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person?: string
  /**
   * Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.
   * @maxLength 2048
   */
  callback_url?: string
  /**
   * Age in whole years that the person must have reached, 1 to 100.
   * @min 1
   * @max 100
   * @default 18
   */
  minimum_age?: number
}

export interface QualityRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person?: string
  /**
   * Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.
   * @maxLength 2048
   */
  callback_url?: string
}

/** A line of a batch: one JSON object, with the fields of the check that it asks for. */
export interface BatchLine {
  /** Which check: its call says what the line must have beside. */
  type: 'liveness' | 'match' | 'age' | 'quality'
  /** The picture to judge, in base64. */
  picture: string
  /** With a match: the picture to compare it with, in base64. */
  reference?: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person?: string
  /**
   * With an age check, as in its call.
   * @min 1
   * @max 100
   */
  minimum_age?: number
  /**
   * Address of one of your webhooks, which is told of the outcome: the answer is then 202 at once. Its secret signs the message.
   * @maxLength 2048
   */
  callback_url?: string
}

/** A batch and how far it is. */
export interface Batch {
  /**
   * Id of the batch.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** `running`: checks wait or are under way. `cancelled`: it was, and nothing is under way any more. */
  status: 'running' | 'completed' | 'cancelled'
  /**
   * Lines that were accepted.
   * @min 0
   */
  total: number
  /**
   * Checks that wait or are under way.
   * @min 0
   */
  pending: number
  /**
   * Checks with a verdict.
   * @min 0
   */
  completed: number
  /**
   * Checks that met a problem, and cost nothing.
   * @min 0
   */
  failed: number
  /**
   * Checks that were cancelled before they were measured, and cost nothing.
   * @min 0
   */
  cancelled: number
  /**
   * Checks that you erased since.
   * @min 0
   */
  erased: number
  /**
   * When it was accepted. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /** When it was cancelled. UTC. */
  cancelled_at: string | null
}

/** What became of one line of a batch. */
export interface BatchResult {
  /**
   * Which line of the batch, from 1 on.
   * @min 1
   */
  line: number
  /**
   * Id of the check.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** The check; null where it met a problem. */
  check: Check | null
  /** What the check met; null where it has a verdict. */
  problem: Problem | null
}

/** Who may call this API. */
export interface Client {
  /**
   * Id of the client.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What people call it. */
  name: string
  /** Which keys it has. */
  environment: 'sandbox' | 'production'
  /** Calls a minute; null: as the server limits every client. */
  requests_per_minute: number | null
  /** Months after which checks are erased; null: kept until erased. */
  retention_months: number | null
  /** Prepaid checks that are left; null: not billed. */
  balance: number | null
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
}

export interface ClientList {
  /** Oldest first. */
  data: Client[]
  /** For the next page; null: this is the last. */
  next_cursor: string | null
}

/** A client of this API to make, without a key. */
export interface ClientRequest {
  /**
   * What people call the client, 1 to 100 characters.
   * @minLength 1
   * @maxLength 100
   */
  name: string
  /**
   * Which keys the client has: `lf_test_` or `lf_live_`.
   * @default "production"
   */
  environment?: 'sandbox' | 'production'
  /** Calls a minute; null: as the server limits every client. */
  requests_per_minute?: number | null
  /** Months after which checks are erased; null: kept until erased. */
  retention_months?: number | null
  /** Prepaid checks that are left; null: not billed. */
  balance?: number | null
}

/** Limits to change; what is not named stays. */
export interface LimitsChange {
  /** Calls a minute; null: as the server limits every client. */
  requests_per_minute?: number | null
  /** Months after which checks are erased; null: kept until erased. */
  retention_months?: number | null
  /** Prepaid checks that are left; null: not billed. */
  balance?: number | null
}

/** A key without its secret. */
export interface Key {
  /**
   * Id of the key.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What people call it; null: nothing. */
  name: string | null
  /** The part of the key that is no secret. */
  begins_with: string
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /** When it was ended; null: it works. UTC. */
  revoked_at: string | null
}

export interface KeyList {
  /** Oldest first. */
  data: Key[]
}

/** A key to make. */
export interface KeyRequest {
  /**
   * What people call the key, 1 to 100 characters.
   * @minLength 1
   * @maxLength 100
   */
  name?: string
}

/** A key with its secret. */
export interface NewKey {
  /**
   * Id of the key.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What people call it; null: nothing. */
  name: string | null
  /** The part of the key that is no secret. */
  begins_with: string
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /** When it was ended; null: it works. UTC. */
  revoked_at: string | null
  /** The whole key, shown this once. */
  key: string
}

/** One page of checks. */
export interface CheckList {
  /** Newest first. */
  data: Check[]
  /** Send it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

export interface EnrolmentRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person: string
  /**
   * What to do when the face is enrolled under another id of yours: `report` it in `duplicates` (default), or `refuse` with the problem `person_known`.
   * @default "report"
   */
  if_known?: 'report' | 'refuse'
  /**
   * What the person agreed to, for example the name of your form; 1 to 500 characters.
   * @minLength 1
   * @maxLength 500
   */
  consent?: string
  /**
   * When everything that you have of the person is erased. Without it the client’s retention counts, from the newest face.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|([+-](?:[01]\d|2[0-3]):[0-5]\d)))$
   */
  keep_until?: string
}

/** An enrolled face. Its template is never shown here. */
export interface Face {
  /**
   * Id of the face.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** `block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list. */
  list: 'none' | 'block' | 'allow'
  /** Why it is on the list. */
  note: string | null
  /**
   * When it was enrolled. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  enrolled_at: string
}

/** An enrolled face that looks like the picture. */
export interface PersonMatch {
  /** Your own id of the person. */
  person: string | null
  /**
   * Id of the enrolled face.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  face: string
  /**
   * How alike the faces are, 0 to 1, as in a match; people below 20 are marked down.
   * @min 0
   * @max 1
   */
  similarity: number
  /** True from LIVEFACE_SCREENING_SAME on. Of many faces compared one may be alike by chance, so more is asked for than of a match. */
  same: boolean
  /** `block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list. */
  list: 'none' | 'block' | 'allow'
  /**
   * When that face was enrolled. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  enrolled_at: string
}

/** A person with the face that was enrolled. */
export interface Enrolment {
  /** Your own id of the person. */
  person: string
  /** The list that any of the faces is on. */
  list: 'none' | 'block' | 'allow'
  /** What the person agreed to; null: nothing was said. */
  consent: string | null
  /** When you said so. UTC. */
  consent_at: string | null
  /** When the person is erased; null: the client’s retention counts. UTC. */
  keep_until: string | null
  /** Enrolled faces, oldest first; 20 at most. */
  faces: Face[]
  /**
   * When the first face was enrolled. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /**
   * Id of the face that was enrolled now.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  face: string
  /**
   * How well the face is recognised, 0 to 100.
   * @min 0
   * @max 100
   */
  quality: number
  /** Faces of your other people that look like this one, most alike first; 5 at most. */
  duplicates: PersonMatch[]
}

/** A person whose face is enrolled. */
export interface Person {
  /** Your own id of the person. */
  person: string
  /** The list that any of the faces is on. */
  list: 'none' | 'block' | 'allow'
  /** What the person agreed to; null: nothing was said. */
  consent: string | null
  /** When you said so. UTC. */
  consent_at: string | null
  /** When the person is erased; null: the client’s retention counts. UTC. */
  keep_until: string | null
  /** Enrolled faces, oldest first; 20 at most. */
  faces: Face[]
  /**
   * When the first face was enrolled. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
}

/** One page of people. */
export interface PersonList {
  /** In the order of your ids. */
  data: Person[]
  /** Send it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

export interface PersonSearchRequest {
  /** The picture to judge; of a pair, the selfie. JPEG, PNG, WebP, TIFF or HEIC, at most 10 MB. In base64. */
  picture: string
  /**
   * Matches to give, 1 to 50.
   * @min 1
   * @max 50
   * @default 5
   */
  limit?: number
}

/** Who looks like the picture. */
export interface PersonMatches {
  /** Most alike first; empty when nobody is. */
  matches: PersonMatch[]
}

/** What is absent stays as it is. */
export interface PersonChangeRequest {
  /** `block`: nobody else is enrolled with this face. `allow`: others may be, as with twins or one person under two ids. `none`: on no list. */
  list?: 'none' | 'block' | 'allow'
  /** Why the person is on the list, for people; 500 characters at most. Sent with `list`. */
  note?: string | null
  /** What the person agreed to; null: nothing any more. */
  consent?: string | null
  /** When everything that you have of the person is erased; null: the client’s retention counts. */
  keep_until?: string | null
}

/** A word that a person was erased, which names no person. */
export interface Erasure {
  /**
   * Row of the audit log that says so.
   */
  audit_sequence: number
  /**
   * Checks, sessions and enrolments that were erased.
   */
  records: number
  /**
   * Enrolled faces that were erased.
   */
  faces: number
  /**
   * When. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  erased_at: string
}

/** A kept picture. */
export interface ExportedPicture {
  /**
   * Id of the picture.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** What it was sent as. */
  role: string
  /** For example `image/jpeg`. */
  media_type: string
  /**
   * Its size.
   */
  bytes: number
  /**
   * When it was kept. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /**
   * Opens the picture without a key for 60 minutes.
   * @format uri
   */
  url: string
}

/** Everything that the server keeps of a person at your client. */
export interface PersonExport {
  /** Your own id of the person. */
  person: string
  /**
   * When it was read. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  exported_at: string
  /** The rows that the server keeps of the person at your client, by table; what is encrypted at rest is open here. Without templates and what else is measured of faces: `liveface export --person` writes those. */
  tables: Partial<Record<string, Record<string, unknown>[]>>
  /** Empty where the server keeps no pictures. */
  pictures: ExportedPicture[]
}

/** Who asks. A field that is null or absent is as `liveface clients set` has it for your client. */
export interface Branding {
  /**
   * Who asks, in one line of up to 80 characters.
   * @default null
   */
  name?: string | null
  /**
   * A PNG in base64, of up to 32 KB and 1024 by 1024 pixels, shown above the name.
   * @default null
   */
  logo?: string | null
  /**
   * Colour of buttons and of the frame around the face: `#` and six hex digits.
   * @default null
   */
  accent_color?: string | null
  /**
   * What the person must agree to before the camera starts, up to 2000 characters; lines may break. It is shown as plain text.
   * @default null
   */
  consent_text?: string | null
}

/** Whose liveness is asked for, and how. */
export interface SessionRequest {
  /**
   * Your own id of the person, 1 to 200 characters. Checks are found and erased by it. No name and no document number, if you can avoid it.
   * @minLength 1
   * @maxLength 200
   */
  person: string
  /**
   * What the person is asked to do: a number from 3 to 6 draws as many, a list names them. Whoever knows what is coming can prepare it: name gestures only where a person cannot do one.
   * @default 3
   */
  gestures?: number | ('TURN_LEFT' | 'TURN_RIGHT' | 'LOOK_UP' | 'SMILE' | 'BLINK' | 'OPEN_MOUTH')[]
  /**
   * How often the person may try, 1 to 5, all within the time of the session. The verdict is that of the first attempt that passes, or of the last. Each is one more chance for a forger too.
   * @min 1
   * @max 5
   * @default 1
   */
  attempts?: number
  /**
   * Where the capture page sends the person when the session is over, with `liveface_session`, `liveface_status` (`completed` or `expired`), `liveface_time` and `liveface_signature` in its query. It carries no verdict.
   * @default null
   */
  return_url?: string | null
  /**
   * What the capture page shows of who asks. Null: what your client has set.
   * @default null
   */
  branding?: Branding | null
  /**
   * Of the capture page, which the person can change there. Null: that of their browser.
   * @default null
   */
  language?: 'en' | 'hi' | 'es' | 'fr' | 'pt' | 'ar' | 'bn' | 'ta' | 'te' | 'mr' | 'ur' | null
  /**
   * Seconds that the person has, 60 to 3600.
   * @min 60
   * @max 3600
   * @default 600
   */
  expires_in?: number
  /**
   * When these seconds begin: with the session, or when the person opens its link, for which there are 24 hours then.
   * @default "creation"
   */
  expires_from?: 'creation' | 'opening'
  /**
   * The photos come as in a mirror, left and right swapped. The capture page sees to it itself.
   * @default false
   */
  mirrored?: boolean
}

/** Why the session, or one attempt, failed. */
export interface SessionReason {
  /** A closed set. */
  code:
    | 'no_photo'
    | 'late'
    | 'hasty'
    | 'no_face'
    | 'several_faces'
    | 'unjudgeable'
    | 'reused'
    | 'same_still'
    | 'other_person'
    | 'spoof'
    | 'gesture'
  /** A sentence that the person can act on. */
  message: string
  /** Gesture of the photo at fault; null where none is. */
  gesture: 'TURN_LEFT' | 'TURN_RIGHT' | 'LOOK_UP' | 'SMILE' | 'BLINK' | 'OPEN_MOUTH' | null
}

/** When the person agreed, and to which text. */
export interface SessionConsent {
  /**
   * When the person ticked the box and started. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  given_at: string
  /** SHA-256 of the consent text in UTF-8, 64 hex digits. */
  text_sha256: string
}

/** One gesture of the session. */
export interface SessionGesture {
  /** What is asked; left and right are the person’s own. */
  gesture: 'TURN_LEFT' | 'TURN_RIGHT' | 'LOOK_UP' | 'SMILE' | 'BLINK' | 'OPEN_MOUTH'
  /** When its photo came. UTC. */
  submitted_at: string | null
  /** Whether the photo did what was asked; null before the verdict. */
  passed: boolean | null
  /** How its photo came; null before it. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way. */
  captured: 'page' | 'upload' | null
  /** What speaks against a camera behind its photo. Do not show it to the person. Empty for photos sent otherwise. */
  capture_signals: (
    | 'virtual_camera'
    | 'no_device'
    | 'few_frames'
    | 'equal_frames'
    | 'equal_noise'
    | 'even_rhythm'
    | 'sudden'
    | 'untimely'
    | 'other_moment'
  )[]
}

/** A session with the link to its capture page. */
export interface NewSession {
  /**
   * Id of the session.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** Your own id of the person. */
  person: string
  /** `expired`: the time ran out before every photo had come. */
  status: 'created' | 'in_progress' | 'completed' | 'expired'
  /** `pass`: a living person did what was asked. Null before there is one. */
  verdict: 'pass' | 'fail' | null
  /** 0 to 1, over everything that was looked at. Null before the verdict. */
  confidence: number | null
  /** Of the weakest photo. Null before the verdict. */
  liveness_probability: number | null
  /** That of the least alike pair of photos; null too where there were not two faces. Null before the verdict. */
  match_probability: number | null
  /** Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend. */
  reasons: SessionReason[]
  /**
   * How often the person may try.
   */
  attempts: number
  /** Why each attempt before the present one failed, oldest first. The gestures, and the verdict once there is one, are those of the attempt after them. */
  failed_attempts: SessionReason[]
  /** What the person agreed to at the capture page; null: they were not asked, or not yet. */
  consent: SessionConsent | null
  /** How the photos came: `page` where all of them did so. Null before the verdict. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way. */
  captured: 'page' | 'upload' | null
  /** In the order in which they are asked for. */
  gestures: SessionGesture[]
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /**
   * Until when photos are taken. Where the time runs from the opening of the link: until when it opens, before it was opened. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  expires_at: string
  /** When the verdict came. UTC. */
  completed_at: string | null
  /**
   * Address of the page that leads the person through the gestures. It opens once: give it to nobody else.
   * @format uri
   */
  capture_url: string
  /** Verifies what the person brings to the `return_url`: `liveface_signature` is the HMAC-SHA256, in hex, of `liveface_session`, `liveface_status` and `liveface_time` with a dot between them, keyed with this text; where the server has had several keys one signature for each, with a dot between them. Shown once. Null where there is no return_url. */
  return_secret: string | null
}

/** A session of gestures before the camera. */
export interface Session {
  /**
   * Id of the session.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** Your own id of the person. */
  person: string
  /** `expired`: the time ran out before every photo had come. */
  status: 'created' | 'in_progress' | 'completed' | 'expired'
  /** `pass`: a living person did what was asked. Null before there is one. */
  verdict: 'pass' | 'fail' | null
  /** 0 to 1, over everything that was looked at. Null before the verdict. */
  confidence: number | null
  /** Of the weakest photo. Null before the verdict. */
  liveness_probability: number | null
  /** That of the least alike pair of photos; null too where there were not two faces. Null before the verdict. */
  match_probability: number | null
  /** Empty unless the verdict is `fail`. Do not show the code to the person: it tells a forger what to mend. */
  reasons: SessionReason[]
  /**
   * How often the person may try.
   */
  attempts: number
  /** Why each attempt before the present one failed, oldest first. The gestures, and the verdict once there is one, are those of the attempt after them. */
  failed_attempts: SessionReason[]
  /** What the person agreed to at the capture page; null: they were not asked, or not yet. */
  consent: SessionConsent | null
  /** How the photos came: `page` where all of them did so. Null before the verdict. `page`: in a stream of the capture page that a camera seems to feed; `upload`: in any other way. */
  captured: 'page' | 'upload' | null
  /** In the order in which they are asked for. */
  gestures: SessionGesture[]
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /**
   * Until when photos are taken. Where the time runs from the opening of the link: until when it opens, before it was opened. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  expires_at: string
  /** When the verdict came. UTC. */
  completed_at: string | null
}

/** Where to tell of what. */
export interface WebhookRequest {
  /**
   * HTTPS address that is told, 1 to 2048 characters.
   * @maxLength 2048
   */
  url: string
  /**
   * What is told: `check.completed`, with the check; `check.failed`, with a check of a `callback_url` that met a problem; `session.completed`, with the session.
   * @minItems 1
   */
  events: ('check.completed' | 'check.failed' | 'session.completed')[]
}

/** A webhook with its secret. */
export interface NewWebhook {
  /**
   * Id of the webhook.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** Address that is told. */
  url: string
  /** What is told. */
  events: ('check.completed' | 'check.failed' | 'session.completed')[]
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /** Signs every message, as standardwebhooks.com has it: `whsec_` and 24 bytes in base64. Shown once. */
  secret: string
}

/** An address that is told of what happens. */
export interface Webhook {
  /**
   * Id of the webhook.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** Address that is told. */
  url: string
  /** What is told. */
  events: ('check.completed' | 'check.failed' | 'session.completed')[]
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
}

/** Your webhooks. */
export interface WebhookList {
  /** Oldest first. */
  data: Webhook[]
}

/** How long the secret before stays valid. */
export interface RotationRequest {
  /**
   * Seconds for which messages are signed with the secret before too, 0 to 604800 (a week). 0: it may be known to others.
   * @min 0
   * @max 604800
   * @default 86400
   */
  previous_for?: number
}

/** A webhook with its new secret. */
export interface RotatedWebhook {
  /**
   * Id of the webhook.
   * @format uuid
   * @pattern ^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$
   */
  id: string
  /** Address that is told. */
  url: string
  /** What is told. */
  events: ('check.completed' | 'check.failed' | 'session.completed')[]
  /**
   * When it was made. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  created_at: string
  /** Signs every message, as standardwebhooks.com has it: `whsec_` and 24 bytes in base64. Shown once. */
  secret: string
  /**
   * Until when messages have two signatures, of the new secret and of the one before. UTC.
   * @format date-time
   * @pattern ^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z))$
   */
  previous_until: string
}
