/** The two ways in which the vendor writes a time. */

/** A time as `2026-06-12T01:04:42.763237+00:00`. The clock has milliseconds; the vendor prints microseconds. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000+00:00')
}

/** The other form of a time, as sessions, lists and webhook destinations have it. */
export function toUtcTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z')
}
