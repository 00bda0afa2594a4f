/** What test/client-runtimes.test.ts has each runtime do with `liveface/client`. */
import { Liveface, LivefaceError, verifyReturn, verifyWebhook } from '../../src/client/index.ts'

export interface ClientStand {
  baseUrl: string
  key: string
  /** A picture of a living person, in base64. */
  picture: string
  /** Its path; null where there are no files. */
  path: string | null
  /** A webhook's message, and the address of a person who came back; each with its secret. */
  message: { body: string; headers: Record<string, string>; secret: string }
  back: { address: string; secret: string }
}

/** Calls the server in the ways in which runtimes differ. @returns what came of each */
export async function useClient({ baseUrl, key, picture, path, message, back }: ClientStand) {
  const liveface = new Liveface({ baseUrl, key })
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0))
  const blob = new Blob([bytes], { type: 'image/jpeg' })
  const pictures = [bytes, blob, blob.stream(), new URL(`data:image/jpeg;base64,${picture}`)]
  const verdicts: string[] = []
  for (const one of path === null ? pictures : [...pictures, path])
    verdicts.push((await liveface.liveness({ picture: one, person: 'runtime' })).verdict)
  const batch = await liveface.createBatch([{ type: 'quality', picture: bytes }])
  const results: number[] = []
  for await (const { line } of liveface.batchResults(batch.id)) results.push(line)
  let listed = 0
  for await (const check of liveface.checks({ person: 'runtime' })) {
    listed++
    await liveface.erase(check.id)
  }
  const refused = await liveface.check('none').catch((error: unknown) => error)
  const aborted = await liveface
    .liveness({ picture: bytes }, { signal: AbortSignal.abort() })
    .catch((error: Error) => error.name)
  return {
    verdicts,
    results,
    listed,
    refused: refused instanceof LivefaceError ? refused.code : String(refused),
    aborted,
    told: (await verifyWebhook(message.body, message.headers, message.secret)).type,
    came: (await verifyReturn(back.address, back.secret)).status,
  }
}
