/** Schemas of single fields that several requests and answers have. */
import { z } from 'zod'

/** A point of time in an answer. @param meaning a sentence */
export const time = (meaning: string) =>
  z.iso
    .datetime()
    .describe(`${meaning} UTC.`)
    .meta({ examples: ['2026-01-02T03:04:05.678Z'] })

/** How many a list may give, from 1 on, in a query or a form. @param usual how many where nothing is said */
export const countUpTo = (maximum: number, usual: number) =>
  z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(1, 'must be 1 or more')
    .max(maximum, `must be ${maximum} or fewer`)
    .default(usual)
