import { existsSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { allowOrigins } from './embedding.ts'

/**
 * Serves the files of the pages, and those of the capture element to the pages of `origins` too.
 * @param directory of the build; what it lacks is not served
 */
export async function registerFiles(
  app: FastifyInstance,
  directory: string,
  origins: readonly string[],
): Promise<void> {
  const folder = (name: string): FastifyStaticOptions => ({
    root: join(directory, name),
    prefix: `/${name}/`,
    index: false,
    preCompressed: true,
    // Paths carry a hash of the contents, so a path never changes its meaning.
    immutable: true,
    maxAge: '365d',
  })
  if (existsSync(join(directory, 'assets'))) await app.register(staticFiles, folder('assets'))
  if (!existsSync(join(directory, 'vision'))) return
  await app.register(async (scope) => {
    allowOrigins(scope, origins)
    for (const name of ['vision', 'capture/texts'])
      await scope.register(staticFiles, { ...folder(name), decorateReply: false })
    // Other sites name it by this address, so browsers ask each time whether it has changed.
    scope.get('/capture/element.js', { logLevel: 'warn', schema: { hide: true } }, (_request, reply) =>
      reply.sendFile('capture/element.js', directory, { immutable: false, maxAge: 0 }),
    )
  })
}
