/** @param milliseconds Unix time @returns ISO 8601 in UTC, with milliseconds @throws RangeError for what is no time */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
