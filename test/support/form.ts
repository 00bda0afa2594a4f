/** A field's text, or a file: its bytes, with the name `selfie.jpg` where none is given. */
export type Part = string | Buffer | { bytes: Buffer; filename: string }

/** A multipart body of named parts. */
export function form(parts: Record<string, Part>): FormData {
  const body = new FormData()
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part === 'string') body.set(name, part)
    else if (Buffer.isBuffer(part)) body.set(name, new Blob([new Uint8Array(part)]), 'selfie.jpg')
    else body.set(name, new Blob([new Uint8Array(part.bytes)]), part.filename)
  }
  return body
}
