/** Callers' JSON, parsed only when it is no more work than its size should be. */

/** Arrays and objects inside each other. What any vendor documents has four levels. */
const maximumDepth = 64
/** As many as 64 kB can hold: a longer text may be long because of its strings, not because of more values. */
const maximumValues = 32 * 1024

/** The text is no JSON, or nests too deeply, or has too many values. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  /** For the handlers of errors that know Fastify's. */
  readonly statusCode = 400
}

/**
 * Parses JSON that a caller sent. Megabytes of empty arrays or of nesting take the parser seconds on the thread that
 * serves everybody, so depth and values are counted first, in one pass.
 * @param parse reads the text once it is known to be harmless
 * @throws JsonError
 */
export function parseJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  checkShape(text)
  try {
    return parse(text)
  } catch (error) {
    throw new JsonError('The text is not valid JSON.', { cause: error })
  }
}

/** Counts what stands outside strings. Whether the text is JSON at all is the parser's to find out. */
function checkShape(text: string): void {
  let depth = 0
  let values = 0
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfString(text, at)
        break
      case '[':
      case '{':
        depth++
        values++
        break
      case ']':
      case '}':
        depth--
        break
      case ',':
        values++
        break
    }
    if (depth > maximumDepth || values > maximumValues) {
      throw new JsonError('The JSON nests too deeply or has too many values.')
    }
  }
}

/** @returns the place of the quote that closes the string that opens at `start`, or the end of the text */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at)
    if (at < 0) return text.length
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at
  }
}
