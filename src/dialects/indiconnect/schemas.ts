/** The GraphQL schema, the shapes of its answers, and the JSON envelope around a query. */
import { buildSchema } from 'graphql'
import { z } from 'zod'

/**
 * One mutation for every kind of document, told apart by `documentType`. The input has the fields that the gateway's
 * pages name beside ours: callers with one form for all products send them along. They are not looked at.
 */
const definitions = /* GraphQL */ `
  "Any JSON value."
  scalar JSON

  input VerifyInput {
    "Face Liveness Passive or Face Match; upper and lower case are alike."
    documentType: String!
    "Picture for Face Liveness Passive: a public http or https URL."
    url: String
    "First picture for Face Match."
    url1: String
    "Second picture for Face Match."
    url2: String
    "Not looked at, like all that follow."
    caseId: String
    callBackUrl: String
    urls: [String]
    threshold: JSON
    idNumber: String
    requestId: String
    otp: String
    pan: String
    name: String
    name1: String
    name2: String
    address1: String
    address2: String
    mobile: String
    consent: JSON
  }

  type Mutation {
    verify(input: VerifyInput!): VerifyResponse
  }

  type Query {
    _empty: String
  }

  type VerifyResponse {
    "The request was carried out. It does not mean that the face is live: read status_code, then is_live."
    ok: Boolean
    message: String
    "200, or 400 and above when ok is false."
    status: JSON
    result: VerifyResult
    error: VerifyError
  }

  union VerifyResult = LivenessDetectionResult | FaceMatchResult

  type LivenessDetectionResult {
    "101 judged, 102 no face, 103 no picture, 104 poor quality, 105 extreme pose, 107 face size, 108 failed inside."
    status_code: Int
    request_id: String
    case_id: String
    is_live: Boolean
    "Probability, 0 to 1, that the face is live."
    liveness_score: Float
    review_needed: Boolean
    multiple_faces_detected: Boolean
  }

  type FaceMatchResult {
    "yes or no."
    match: String
    "Similarity in percent, 0 to 100."
    match_score: Float
    "How far the similarity is from the threshold, 50 to 100."
    confidence: Float
    "yes or no."
    review_needed: String
  }

  type VerifyError {
    status: Int
    message: String
    decryptedError: JSON
    raw: JSON
  }
`

export const schema = buildSchema(definitions)

export interface VerifyInput {
  documentType: string
  url?: string | null
  url1?: string | null
  url2?: string | null
}

/** The kinds of document that are answered. */
export const documentTypes = ['face liveness passive', 'face match'] as const
export type DocumentType = (typeof documentTypes)[number]

/** A type as callers write it, without regard to case and blanks. */
export function readDocumentType(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase()
}

export function isSupported(text: string): boolean {
  return (documentTypes as readonly string[]).includes(readDocumentType(text))
}

export type LivenessCode = 101 | 102 | 103 | 104 | 105 | 107 | 108

export interface LivenessDetectionResult {
  __typename: 'LivenessDetectionResult'
  status_code: LivenessCode
  request_id: string
  case_id: string
  is_live: boolean | null
  liveness_score: number | null
  review_needed: boolean | null
  multiple_faces_detected: boolean | null
}

export interface FaceMatchResult {
  __typename: 'FaceMatchResult'
  match: 'yes' | 'no'
  match_score: number
  confidence: number
  review_needed: 'yes' | 'no'
}

export interface VerifyResponse {
  ok: boolean
  message: string
  status: number
  result: LivenessDetectionResult | FaceMatchResult | null
  error: { status: number; message: string; decryptedError: null; raw: null } | null
}

/** The body of a request: one query, never a list of them. */
export const envelope = z
  .object({
    query: z.string().min(1).describe('A GraphQL document with one operation, or several and operationName.'),
    variables: z.record(z.string(), z.unknown()).nullish().describe('Values of the variables in the query.'),
    operationName: z.string().nullish().describe('Which operation of the document to run.'),
  })
  .meta({ id: 'GraphqlRequest' })

const graphqlError = z.object({
  message: z.string(),
  locations: z.array(z.object({ line: z.int(), column: z.int() })).optional(),
  extensions: z.object({ code: z.string() }),
})

export const executedAnswer = z
  .object({ data: z.object({ verify: z.unknown().describe('The selected fields.') }) })
  .meta({ id: 'GraphqlAnswer' })

export const errorAnswer = z
  .object({
    status: z.literal('ERROR'),
    code: z.int(),
    message: z.string(),
    errors: z.array(graphqlError),
    data: z.null().optional(),
  })
  .meta({ id: 'GraphqlErrors' })
