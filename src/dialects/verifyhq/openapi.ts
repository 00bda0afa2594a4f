import type { ZodType } from 'zod'
import type { MultipartField } from '../../api-docs/index.ts'
import { errorAnswer } from './schemas.ts'

const errors = {
  400: errorAnswer.describe(
    'A file is missing or of another format, the JSON is broken, or the session has expired.',
  ),
  401: errorAnswer.describe('The key is missing or wrong.'),
  403: errorAnswer.describe('The key may not do this.'),
  404: errorAnswer.describe('There is no such session, challenge, check or webhook of yours.'),
  409: errorAnswer.describe('The challenge has its photo, or the session is completed.'),
  413: errorAnswer.describe('The file is larger than 10 MB.'),
  422: errorAnswer.describe('Fields are missing or wrong: one message for each.'),
  429: errorAnswer.describe('Too many requests: try again after Retry-After seconds.'),
  500: errorAnswer.describe('Failed inside the server.'),
  503: errorAnswer.describe('Busy: try again after Retry-After seconds.'),
}

export interface Description {
  name: string
  summary: string
  tag: 'Liveness' | 'Webhooks' | 'Admin'
  /** Status of success. */
  status: 200 | 201
  answer: ZodType
  body?: ZodType
  querystring?: ZodType
  multipart?: Record<string, MultipartField>
}

/**
 * Route options that describe an operation. What is asked for is documented here and checked by the handlers, which
 * word the errors as the vendor does.
 * @param hidden the same route at another path is described already
 */
export function describeOperation(description: Description, hidden: boolean) {
  const { name, summary, tag, status, answer, body, querystring, multipart } = description
  const response: Record<number, ZodType> = { [status]: answer, ...errors }
  return {
    config: multipart ? { multipart } : {},
    attachValidation: true,
    schema: {
      ...(hidden ? { hide: true } : { operationId: name }),
      summary,
      tags: [tag],
      ...(body ? { body } : {}),
      ...(querystring ? { querystring } : {}),
      response,
    },
  }
}

const sessionToken: MultipartField = { kind: 'text', required: true, description: 'Token of the session.' }

function picture(description: string): MultipartField {
  return {
    kind: 'file',
    required: true,
    description: `${description} JPEG, PNG, WebP or HEIC, at most 10 MB.`,
  }
}

export const challengeFields: Record<string, MultipartField> = {
  sessionToken,
  challengeId: { kind: 'text', required: true, description: 'Id of the challenge the photo is for.' },
  photo: picture('Photo that completes the challenge.'),
}

export const selfieFields: Record<string, MultipartField> = {
  sessionToken,
  selfie: picture('Clear selfie, looking into the camera.'),
}

export const apiDescription = {
  title: 'Liveface: VerifyHQ dialect',
  description: 'Challenge-response liveness as VerifyHQ answers it.',
  headers: { 'X-API-Key': 'API key.' },
}
