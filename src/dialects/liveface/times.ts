/** @param milliseconds Unix time @returns ISO 8601 in UTC, with milliseconds */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
