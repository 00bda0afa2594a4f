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

const graphqlError = z
  .object({
    message: z.string().describe('What is wrong, for people.'),
    locations: z
      .array(z.object({ line: z.int().describe('From 1.'), column: z.int().describe('From 1.') }))
      .optional()
      .describe('Where in the document.'),
    extensions: z
      .object({ code: z.string().describe('Name of the error, for programs.') })
      .describe('What Apollo servers add.'),
  })
  .meta({ id: 'GraphqlError' })

const livenessResult = z
  .object({
    __typename: z.literal('LivenessDetectionResult').describe('Which result this is.'),
    status_code: z
      .int()
      .describe(
        '101 judged, 102 no face, 103 no picture, 104 poor quality, 105 extreme pose, 107 face size, 108 failed inside.',
      ),
    request_id: z.string().describe('Id of the check.'),
    case_id: z.string().describe('LIVENESS- and the time in milliseconds.'),
    is_live: z.boolean().nullable().describe('Is the face that of a live person? Null unless 101.'),
    liveness_score: z.number().nullable().describe('Probability, 0 to 1, of a live person. Null unless 101.'),
    review_needed: z.boolean().nullable().describe('Is the score near the threshold? Null unless 101.'),
    multiple_faces_detected: z.boolean().nullable().describe('Are there other faces? Null unless 101.'),
  })
  .partial()
  .meta({ id: 'LivenessDetectionResult' })

const matchResult = z
  .object({
    __typename: z.literal('FaceMatchResult').describe('Which result this is.'),
    match: z.enum(['yes', 'no']).describe('Do both pictures show one person?'),
    match_score: z.number().describe('Similarity in percent, 0 to 100.'),
    confidence: z.number().describe('How far the similarity is from the threshold, 50 to 100.'),
    review_needed: z.enum(['yes', 'no']).describe('Should a person look at it?'),
  })
  .partial()
  .meta({ id: 'FaceMatchResult' })

const verifyError = z
  .object({
    status: z.int().describe('102, 103, or like an HTTP status.'),
    message: z.string().describe('What is wrong, for people.'),
    decryptedError: z.null().describe('Always null.'),
    raw: z.null().describe('Always null.'),
  })
  .partial()
  .meta({ id: 'VerifyError' })

/** Only the selected fields are there. */
export const executedAnswer = z
  .object({
    data: z
      .object({
        verify: z
          .object({
            ok: z.boolean().describe('The request was carried out; it does not mean that the face is live.'),
            message: z.string().describe('For people.'),
            status: z.int().describe('200, or 400 and above when ok is false.'),
            result: z.union([livenessResult, matchResult]).nullable().describe('Null when ok is false.'),
            error: verifyError.nullable().describe('Null when ok is true.'),
          })
          .partial()
          .meta({ id: 'VerifyResponse' })
          .describe('The selected fields, in the order selected.'),
      })
      .describe('What the mutation answered.'),
  })
  .meta({
    id: 'GraphqlAnswer',
    examples: [
      {
        data: {
          verify: {
            ok: true,
            message: 'Verification completed successfully',
            result: {
              __typename: 'LivenessDetectionResult',
              status_code: 101,
              request_id: 'b9abbf40-e4de-46ea-8b17-6696722ba4ed',
              case_id: 'LIVENESS-1774522626811',
              is_live: true,
              liveness_score: 0.98,
              review_needed: false,
              multiple_faces_detected: false,
            },
            error: null,
          },
        },
      },
    ],
  })

export const errorAnswer = z
  .object({
    status: z.literal('ERROR').describe('Always ERROR.'),
    code: z.int().describe('The HTTP status.'),
    message: z.string().describe('What is wrong, for people.'),
    errors: z.array(graphqlError).describe('The same as GraphQL says it.'),
    data: z.null().optional().describe('Null where GraphQL says so.'),
  })
  .meta({ id: 'GraphqlErrors' })
