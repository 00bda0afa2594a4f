/** What a batch is sent as, and what its results are read from: one JSON object on each line. */
import type { AgeRequest, BatchResult, LivenessRequest, MatchRequest, QualityRequest } from './api-types.ts'
import { isPictureField, type Picture, toBlob, type WithPictures } from './pictures.ts'

export type BatchRequest =
  | ({ type: 'liveness' } & WithPictures<LivenessRequest>)
  | ({ type: 'match' } & WithPictures<MatchRequest>)
  | ({ type: 'age' } & WithPictures<AgeRequest>)
  | ({ type: 'quality' } & WithPictures<QualityRequest>)

/** Bytes turned into text at a time: more arguments than a call may have would be an error. */
const piece = 0x8000

export async function toLines(
  requests: Iterable<BatchRequest> | AsyncIterable<BatchRequest>,
  send: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const lines: string[] = []
  for await (const request of requests) {
    const line: Record<string, unknown> = { ...request }
    for (const [name, value] of Object.entries(request)) {
      if (isPictureField(name) && value !== undefined)
        line[name] = await toBase64(value as Picture, send, signal)
    }
    lines.push(`${JSON.stringify(line)}\n`)
  }
  return lines.join('')
}

export function parseResults(text: string): BatchResult[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BatchResult)
}

async function toBase64(
  picture: Picture,
  send: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<string> {
  const bytes = new Uint8Array(await (await toBlob(picture, send, signal)).arrayBuffer())
  let text = ''
  for (let start = 0; start < bytes.length; start += piece) {
    text += String.fromCharCode(...bytes.subarray(start, start + piece))
  }
  return btoa(text)
}
