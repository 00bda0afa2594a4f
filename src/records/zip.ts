import { strToU8, Zip, ZipPassThrough } from 'fflate'

export interface NamedFile {
  /** With slashes between folders. */
  name: string
  content: Uint8Array | string
}

/**
 * Files as one archive, a piece at a time: no more than one file is held. They are stored as they are, which suits
 * pictures; no archive may have 65 536 files or 4 GiB.
 */
export async function* zipOf(files: AsyncIterable<NamedFile>): AsyncGenerator<Uint8Array> {
  const pieces: Uint8Array[] = []
  const zip = new Zip((error, piece) => {
    if (error) throw error
    pieces.push(piece)
  })
  for await (const { name, content } of files) {
    const file = new ZipPassThrough(name)
    zip.add(file)
    file.push(typeof content === 'string' ? strToU8(content) : content, true)
    yield* pieces.splice(0)
  }
  zip.end()
  yield* pieces.splice(0)
}
