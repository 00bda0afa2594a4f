import { bodiesOf } from './errors.ts'
import { envelope, errorAnswer, executedAnswer } from './schemas.ts'

/** A query as callers send it. */
function sampleQuery(url: string): string {
  return [
    'mutation {',
    `  verify(input: { documentType: "Face Liveness Passive" url: "${url}" }) {`,
    '    ok message',
    '    result { __typename ... on LivenessDetectionResult {',
    '      status_code request_id case_id is_live liveness_score review_needed multiple_faces_detected } }',
    '    error { message }',
    '  }',
    '}',
  ].join('\n')
}

/** A request body as a shell can quote it. */
export function sampleBody(url: string): string {
  return JSON.stringify({ query: sampleQuery(url), variables: {} })
}

export const apiDescription = {
  title: 'Liveface: the API of IndiConnect',
  description: [
    'One GraphQL mutation, `verify`, over HTTP. For example:',
    '',
    '```graphql',
    sampleQuery('https://pictures.example/selfie.jpg'),
    '```',
    '',
    '`ok: true` says that the request was carried out, not that the face is live: read `status_code`',
    '(101 judged, 102 no face, 103 no picture, 104 poor quality, 105 extreme pose, 107 face size,',
    '108 failed inside the server), then `is_live`.',
  ].join('\n'),
  headers: {
    Authorization: '`x-api-access` followed by your key, a colon and your access key.',
    'service-key': 'Service key.',
    myAppId: 'Application id; any value.',
  },
}

const meanings: Record<number, string> = {
  400: 'No GraphQL request, or a wrong document.',
  401: 'A key or header is missing or wrong.',
  402: 'No prepaid calls left.',
  403: 'Address not allowed.',
  404: 'The request was erased while it was under way.',
  413: 'The body is larger than 64 kB.',
  429: 'Too many requests: try again after Retry-After seconds.',
  500: 'Failed inside the server.',
  503: 'Busy: try again after Retry-After seconds.',
}

/** Describes the endpoint. The answer is text by then, so nothing of it is left out by this. */
export const operation = {
  operationId: 'verify',
  summary: 'Face Liveness Passive and Face Match by picture URL',
  tags: ['Face'],
  body: envelope.meta({ examples: [JSON.parse(sampleBody('https://pictures.example/selfie.jpg'))] }),
  response: {
    200: executedAnswer.describe('The mutation was carried out, whatever it found.'),
    ...Object.fromEntries(
      Object.entries(meanings).map(([status, description]) => [
        status,
        errorAnswer.meta({ description, examples: bodiesOf(Number(status)) }),
      ]),
    ),
  },
}
