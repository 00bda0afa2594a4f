/** How each vendor's callers would ask about a picture, or about two: as requests, and as curl lines for people. */

export interface Upload {
  bytes: Buffer
  /** With the extension of its format, which some vendors look at. */
  filename: string
}

/** Addresses at which the dialects that fetch pictures find the uploads. */
export const pictureUrls = ['https://playground.example/first', 'https://playground.example/second'] as const

export type Part = { text: string } | { picture: 0 | 1 }

export interface DialectCall {
  dialect: string
  method: 'POST'
  path: string
  body: { form: Record<string, Part> } | { json: unknown }
}

const form = (dialect: string, path: string, parts: Record<string, Part>): DialectCall => ({
  dialect,
  method: 'POST',
  path,
  body: { form: parts },
})

const json = (dialect: string, path: string, value: unknown): DialectCall => ({
  dialect,
  method: 'POST',
  path,
  body: { json: value },
})

const first: Part = { picture: 0 }
const second: Part = { picture: 1 }

/** @param id unique, for vendors that want one with each request */
export function livenessCalls(id: string): DialectCall[] {
  return [
    form('cashfree', '/verification/face-liveness', { verification_id: { text: id }, image: first }),
    form('didit', '/v3/passive-liveness/', { user_image: first }),
    json('indiconnect', '/idverifygr/verification', {
      query: `mutation { verify(input: { documentType: "Face Liveness Passive" url: "${pictureUrls[0]}" }) {
  ok message
  result { __typename ... on LivenessDetectionResult {
    status_code request_id case_id is_live liveness_score review_needed multiple_faces_detected
  } }
  error { message }
} }`,
      variables: {},
    }),
    // This vendor judges a session, not a picture: this is how one begins.
    json('verifyhq', '/v1/verifications/liveness/session', { userId: id }),
  ]
}

export function matchCalls(id: string): DialectCall[] {
  return [
    form('cashfree', '/verification/face-match', {
      verification_id: { text: id },
      first_image: first,
      second_image: second,
    }),
    form('didit', '/v3/face-match/', { user_image: first, ref_image: second }),
    json('indiconnect', '/idverifygr/verification', {
      query: `mutation { verify(input: { documentType: "Face Match" url1: "${pictureUrls[0]}" url2: "${pictureUrls[1]}" }) {
  ok message
  result { __typename ... on FaceMatchResult { match match_score confidence review_needed } }
  error { message }
} }`,
      variables: {},
    }),
  ]
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
 * @param headerNames what the vendor's credentials are sent in; their values are the reader's own
 */
export function curlLine(
  { path, body }: DialectCall,
  baseUrl: string,
  headerNames: readonly string[],
  uploads: readonly Upload[],
): string {
  const words = [`curl -s ${baseUrl}${path}`, ...headerNames.map((name) => `-H '${name}: YOUR_KEY'`)]
  if ('json' in body) {
    words.push(`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body.json))}`)
  } else {
    for (const [name, part] of Object.entries(body.form)) {
      const value = 'picture' in part ? `@${uploads[part.picture]?.filename ?? 'picture.jpg'}` : part.text
      words.push(`-F ${name}=${value}`)
    }
  }
  return words.join(' \\\n  ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
