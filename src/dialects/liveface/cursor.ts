/** Places in a list that grows at its beginning: a page goes on behind the last row of the one before. */
import { findNul } from '../../receive/nul.ts'
import { Problem } from './errors.ts'

interface Place {
  /** Unix milliseconds. */
  time: number
  /** Tells rows of one moment apart. */
  reference: number
}

/** @throws Problem fields_invalid */
export function readCursor(cursor: string): Place {
  const [, time, reference] =
    /^(\d{1,15})-(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (time === undefined || reference === undefined) throw unknownCursor()
  return { time: Number(time), reference: Number(reference) }
}

/** The place in a list that is in the order of the caller's ids. @throws Problem fields_invalid */
export function readNameCursor(cursor: string): string {
  const name = Buffer.from(cursor, 'base64url').toString()
  if (name === '' || findNul(name) || nameCursor(name) !== cursor) throw unknownCursor()
  return name
}

export function nameCursor(name: string): string {
  return Buffer.from(name).toString('base64url')
}

function unknownCursor(): Problem {
  const message = 'must be the next_cursor of an answer'
  return new Problem('fields_invalid', { errors: [{ field: 'cursor', message }] })
}

/** @param found one row more than the page holds, if there is one */
export function pageOf<Row extends { created_at: number; reference: number }>(found: Row[], limit: number) {
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const more = found.length > limit && last
  const nextCursor = more ? Buffer.from(`${last.created_at}-${last.reference}`).toString('base64url') : null
  return { rows, nextCursor }
}
