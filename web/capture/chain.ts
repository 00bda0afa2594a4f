/** How a photo and its frames are bound to the mark that the server gave last, as src/challenges/burst.ts reads them. */

/** Rows and columns of a frame. */
export const side = 64
export const headerBytes = 4
export const frameBytes = headerBytes + side * side
/** With fewer frames a photo does not count as captured here. */
export const enoughFrames = 6

/** The link of a photo. @param head link of the photo before; empty for the first */
export async function linkOf(
  mark: string,
  head: Uint8Array<ArrayBuffer>,
  frames: Uint8Array<ArrayBuffer>,
  photo: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const secret = new TextEncoder().encode(mark)
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  let link = head
  const add = async (bytes: Uint8Array<ArrayBuffer>) => {
    const both = new Uint8Array(link.length + bytes.length)
    both.set(link)
    both.set(bytes, link.length)
    link = new Uint8Array(await crypto.subtle.sign('HMAC', key, both))
  }
  for (let start = 0; start < frames.length; start += frameBytes)
    await add(frames.subarray(start, start + frameBytes))
  await add(photo)
  return link
}
