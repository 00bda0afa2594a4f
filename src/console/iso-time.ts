/** A time as the API writes it. @param milliseconds since 1970, UTC */
export const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString()
