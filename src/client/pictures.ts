/**
 * A picture to send: bytes, a file of a form, a stream, a URL that is fetched here (not by the server), or the path of a
 * file, where there are files.
 */
export type Picture =
  | Blob
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | URL
  | string

/** A request of the API whose pictures come in any shape. */
export type WithPictures<Request> = {
  [Field in keyof Request]: Field extends PictureField ? Picture : Request[Field]
}

/** Fields that hold pictures. */
const pictureFields = ['picture', 'reference', 'picture_2', 'picture_3', 'picture_4'] as const
type PictureField = (typeof pictureFields)[number]

export function isPictureField(field: string): field is PictureField {
  return (pictureFields as readonly string[]).includes(field)
}

/** All of a picture: a call that is tried again sends it again. @throws Error when it cannot be read */
export async function toBlob(
  picture: Picture,
  send: typeof fetch,
  signal: AbortSignal | undefined,
): Promise<Blob> {
  if (picture instanceof Blob) return picture
  if (picture instanceof URL) {
    if (picture.protocol === 'file:') return readFile(picture)
    const response = await send(picture, signal ? { signal } : {})
    if (!response.ok) throw new Error(`The picture's server answered ${response.status}.`)
    return response.blob()
  }
  if (typeof picture === 'string') return readFile(picture)
  if (picture instanceof ArrayBuffer || picture instanceof Uint8Array)
    return new Blob([picture as Uint8Array<ArrayBuffer>])
  if (picture instanceof ReadableStream) return new Response(picture).blob()
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of picture) parts.push(part as Uint8Array<ArrayBuffer>)
  return new Blob(parts)
}

/** Asked for at run time: an import would not load in a browser. */
async function readFile(path: string | URL): Promise<Blob> {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises')
  if (!files) throw new Error('A path needs Node.js, Deno or Bun: send a Blob or a URL.')
  return new Blob([new Uint8Array(await files.readFile(path))])
}
