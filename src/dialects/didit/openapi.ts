import type { ZodType } from 'zod'
import { errorAnswer } from './schemas.ts'

export const errors = {
  400: errorAnswer.describe('A field is missing or wrong, or the picture cannot be read.'),
  403: errorAnswer.describe('The key is missing or wrong, may not do this, or has no credits left.'),
  429: errorAnswer.describe('Too many requests: try again after Retry-After seconds.'),
  500: errorAnswer.describe('Failed inside the server.'),
  503: errorAnswer.describe('Busy: try again after Retry-After seconds.'),
}

const noSuch = { 404: errorAnswer.describe('There is no such session, destination, list or entry of yours.') }

/**
 * Route options of a call that manages what is kept. What is asked for is checked by the handlers, which word the
 * errors as the vendor does.
 */
export function describeOperation(
  tag: 'Sessions' | 'Webhooks' | 'Lists',
  operationId: string,
  summary: string,
  answer: Record<number, ZodType>,
) {
  const response: Record<number, ZodType> = { ...answer, ...errors, ...noSuch }
  return { schema: { operationId, summary, tags: [tag], response } }
}

export const apiDescription = {
  title: 'Liveface: Didit dialect',
  description: "Passive liveness, face match, face search and age estimation as Didit's v3 answers them.",
  headers: { 'x-api-key': 'API key.' },
}
