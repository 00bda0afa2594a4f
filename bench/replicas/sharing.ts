/** Whether a face that one server enrolled is found by the other's next search. */
import { randomUUID } from 'node:crypto'
import { jpeg } from '../../test/support/didit.ts'
import { form } from '../../test/support/form.ts'
import type { Servers } from './servers.ts'

const faces = 20

export interface SharingResult {
  faces: number
  /** Of these, found by the first request to the other server after the answer of the first. */
  foundAtOnce: number
  /** From the answer that enrolled it to the answer that found it: one whole call. */
  medianMs: number
}

export async function measureSharing({ urls, callers }: Servers): Promise<SharingResult> {
  async function check(url: string, picture: Buffer): Promise<boolean> {
    const response = await fetch(`${url}/v3/passive-liveness/`, {
      method: 'POST',
      headers: callers.didit!.headers,
      body: form({ user_image: picture }),
    })
    return (await response.text()).includes('DUPLICATED_FACE')
  }

  const times: number[] = []
  let foundAtOnce = 0
  for (let face = 0; face < faces; face++) {
    const picture = Buffer.concat([jpeg, Buffer.from(randomUUID())])
    await check(urls[face % 2]!, picture)
    const begin = performance.now()
    if (await check(urls[(face + 1) % 2]!, picture)) foundAtOnce++
    times.push(performance.now() - begin)
  }
  times.sort((a, b) => a - b)
  return { faces, foundAtOnce, medianMs: Math.round(times[faces >> 1]!) }
}
