import type { DialectName } from '../src/dialects/index.ts'
import { fuzzSuite } from './suites/fuzz-routes.ts'
import { startEveryDialect } from './support/every-dialect.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What answers of a dialect look like that are no success. */
const errorShapes: Record<DialectName, (body: unknown, text: string) => boolean> = {
  cashfree: (body) =>
    isObject(body) && ['type', 'code', 'message'].every((key) => typeof body[key] === 'string'),
  // An object of errors by field, a list of errors, or a page for what is no path of the API.
  didit: (body, text) => isObject(body) || Array.isArray(body) || text.startsWith('<!doctype html>'),
  indiconnect: (body) => isObject(body) && Array.isArray(body.errors),
  liveface: (body) => isObject(body) && String(body.type) === `urn:liveface:problem:${body.code}`,
  verifyhq: (body) => isObject(body) && typeof body.statusCode === 'number' && 'message' in body,
}

fuzzSuite(startEveryDialect, errorShapes)
