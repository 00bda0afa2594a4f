import { expect, it } from 'vitest'
import { frameSide, linkOf as serverLink } from '../src/challenges/burst.ts'
import { enoughFrames } from '../src/challenges/signals.ts'
import { frameBytes, linkOf as pageLink, enoughFrames as pageWaitsFor, side } from '../web/capture/chain.ts'

it('makes the same links on the page and on the server', async () => {
  expect(side).toBe(frameSide)
  const frames = Uint8Array.from({ length: 3 * frameBytes }, (_, i) => (i * 31) % 251)
  const photo = new TextEncoder().encode('a photo')
  const first = await pageLink('mark', new Uint8Array(), frames, photo)
  expect(Buffer.from(first).toString('hex')).toBe(serverLink('mark', '', frames, photo))
  const second = await pageLink('other', first, frames, photo)
  const head = Buffer.from(first).toString('hex')
  expect(Buffer.from(second).toString('hex')).toBe(serverLink('other', head, frames, photo))
})

it('takes as many frames on the page as the server wants to see', () => {
  expect(pageWaitsFor).toBe(enoughFrames)
})
