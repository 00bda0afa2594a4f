/** A call as a vendor's own clients would make it: as a request, and as a curl line for people. */
import { curlWords, quote } from './curl.ts'

export interface Upload {
  bytes: Buffer
  /** With the extension of its format, which some vendors look at. */
  filename: string
}

/** Addresses at which the dialects that fetch pictures find the uploads. */
export const pictureUrls = ['https://playground.example/first', 'https://playground.example/second'] as const

/** A field of a form: a text, or one of the uploads by its index. */
export type Part = { text: string } | { picture: 0 | 1 }

export interface VendorCall {
  method: 'POST'
  path: string
  body: { form: Record<string, Part> } | { json: unknown }
}

export const firstPicture: Part = { picture: 0 }
export const secondPicture: Part = { picture: 1 }

export function formCall(path: string, parts: Record<string, Part>): VendorCall {
  return { method: 'POST', path, body: { form: parts } }
}

export function jsonCall(path: string, value: unknown): VendorCall {
  return { method: 'POST', path, body: { json: value } }
}

/** How the playground asks a vendor's API about one picture, and about two. */
export interface PlaygroundCalls {
  /** @param id unique, for vendors that want one with each request */
  liveness(id: string): VendorCall
  /** Absent: the vendor compares no two pictures. */
  match?(id: string): VendorCall
}

/** A multipart body. @returns the bytes, and the content type with its boundary */
export function encodeForm(parts: Record<string, Part>, uploads: readonly Upload[]) {
  const boundary = 'liveface-playground-4c1f0e'
  const chunks: Buffer[] = []
  for (const [name, part] of Object.entries(parts)) {
    const upload = 'picture' in part ? uploads[part.picture] : undefined
    const file = upload ? `; filename="${upload.filename}"\r\nContent-Type: application/octet-stream` : ''
    chunks.push(
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`),
      upload ? upload.bytes : Buffer.from('text' in part ? part.text : ''),
      Buffer.from('\r\n'),
    )
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return { payload: Buffer.concat(chunks), contentType: `multipart/form-data; boundary=${boundary}` }
}

/**
 * The line that reproduces a call in a shell.
 * @param credentials the headers that carry them; the values in the line are the reader's own
 * @param uploads what files are called; those that are missing get names of their own
 */
export function curlLine(
  { path, body }: VendorCall,
  baseUrl: string,
  credentials: Readonly<Record<string, string>>,
  uploads: readonly Upload[],
): string {
  const headers = Object.fromEntries(
    Object.entries(credentials).map(([name, value]) => [name, placeholder(name, value)]),
  )
  const rest =
    'json' in body
      ? [`-H 'Content-Type: application/json'`, `-d ${quote(namingHost(body.json, uploads))}`]
      : Object.entries(body.form).map(([name, part]) => {
          if ('text' in part) return `-F ${name}=${quote(part.text)}`
          // In double quotes curl takes commas and semicolons for a part of the name.
          const file = nameOf(uploads, part.picture).replaceAll(/["\\]/g, '\\$&')
          return `-F ${name}=${quote(`@"${file}"`)}`
        })
  return curlWords(baseUrl + path, headers, ...rest).join(' \\\n  ')
}

/** What stands for a credential; the word before a key is the reader's to send as it is. */
function placeholder(header: string, value: string): string {
  if (value.startsWith('Bearer ')) return 'Bearer YOUR_KEY'
  const name = `YOUR_${header.toUpperCase().replaceAll('-', '_')}`
  const scheme = /^[\w-]+ /.exec(value)?.[0] ?? ''
  return scheme + name
}

/** A body whose pictures are those of the reader's own host. */
function namingHost(json: unknown, uploads: readonly Upload[]): string {
  return pictureUrls.reduce(
    (text, url, index) =>
      text.replaceAll(url, `https://YOUR_HOST/${encodeURIComponent(nameOf(uploads, index))}`),
    JSON.stringify(json),
  )
}

function nameOf(uploads: readonly Upload[], index: number): string {
  return uploads[index]?.filename ?? (index === 0 ? 'first.jpg' : 'second.jpg')
}
