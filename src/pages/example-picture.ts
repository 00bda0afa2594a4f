/** The picture that the first start's curl lines name: a file for uploads, and a URL for who fetches pictures. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import type { GuardedFetch } from '../fetch/index.ts'

/** Where the server shows the picture. */
const examplePath = '/example/selfie.jpg'

/**
 * One face cut from a demo photograph that a dependency ships.
 * @returns the path of the JPEG, which is made where it is not there yet
 */
export async function makeExamplePicture(dataDirectory: string): Promise<string> {
  const file = fileIn(dataDirectory)
  if (existsSync(file)) return file
  mkdirSync(dirname(file), { recursive: true })
  const faceApi = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'))
  // Read here, because libvips' own file loaders are blocked once the decoder is in the process.
  await sharp(readFileSync(join(faceApi, 'demo', 'sample6.jpg')))
    .extract({ left: 150, top: 360, width: 430, height: 480 })
    .jpeg({ quality: 92 })
    .toFile(file)
  return file
}

/** Shows the picture to everybody; for servers that somebody tries out. */
export function registerExamplePicture(app: FastifyInstance, dataDirectory: string): void {
  app.get(examplePath, { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) =>
    reply.type('image/jpeg').send(await readFile(await makeExamplePicture(dataDirectory))),
  )
}

/**
 * A fetch that knows the server's own example picture. The guard would refuse it, as it does every address inside;
 * nothing is asked over the network for it, so that it works without one.
 * @param origins of this server, without a slash at the end
 */
export function answerExamplePicture(
  fetch: GuardedFetch,
  dataDirectory: string,
  origins: () => readonly string[],
): GuardedFetch {
  return {
    ...fetch,
    async get(url, options) {
      const isOwn = origins().some((origin) => url === origin + examplePath)
      // A client that may name only some hosts may not name this one either.
      if (!isOwn || (options?.hosts?.length ?? 0) > 0) return fetch.get(url, options)
      return readFile(await makeExamplePicture(dataDirectory))
    },
  }
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'example', 'selfie.jpg')
}
