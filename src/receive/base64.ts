/**
 * Decodes base64 in time that grows with its length alone, white space and missing padding allowed.
 * @returns null when the text is anything else
 */
export function decodeBase64(text: string): Buffer | null {
  const digits = text.replace(/\s/g, '')
  const end = digits.endsWith('==') ? -2 : digits.endsWith('=') ? -1 : digits.length
  const unpadded = digits.slice(0, end)
  // The decoder takes the alphabet of URLs too, and passes over whatever is in neither.
  if (unpadded.includes('-') || unpadded.includes('_')) return null
  const bytes = Buffer.from(unpadded, 'base64')
  return bytes.length === Math.floor((unpadded.length * 3) / 4) ? bytes : null
}
