/** The pages that a person can use: capture, the console where it has an administrator, the playground where it is on. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Dialect, Services } from '../dialects/dialect.ts'
import { registerCaptureApi } from './capture-api.ts'
import { registerExamplePicture } from './example-picture.ts'
import { registerFiles } from './files.ts'
import { sendPage } from './headers.ts'
import { guardPlayground } from './playground-access.ts'
import { registerPlayground } from './playground-api.ts'
import type { OpenInnerServer } from './playground-server.ts'

export type { InnerServer, OpenInnerServer } from './playground-server.ts'

/** Where the build puts the pages; the same two steps up from src/pages and from dist/pages. */
const builtPages = fileURLToPath(new URL('../../dist/web', import.meta.url))

/**
 * Serves what `vite build` made of web/. Without a build the pages say how to make one.
 * @param hasConsole whether anybody can sign in to the console: until then there is none
 */
export async function registerPages(
  app: FastifyInstance,
  services: Services,
  dialects: readonly Dialect[],
  openInner: OpenInnerServer,
  hasConsole: () => Promise<boolean>,
  directory = builtPages,
): Promise<void> {
  const page = (name: string) => {
    const file = join(directory, `${name}.html`)
    return existsSync(file) ? readFileSync(file, 'utf8') : null
  }
  const capture = page('capture')
  const playground = page('playground')
  const console = page('console')
  const notBuilt = '<!doctype html><title>Liveface</title><p>The pages are not built: run npm start.'

  await registerFiles(app, directory, services.config.pages.captureOrigins)
  app.get('/capture/:token', { logLevel: 'warn', schema: { hide: true } }, (_request, reply) =>
    sendPage(reply.code(capture ? 200 : 503), capture ?? notBuilt),
  )
  app.get('/console', { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => {
    if (!(await hasConsole())) return reply.callNotFound()
    return sendPage(reply.code(console ? 200 : 503), console ?? notBuilt)
  })
  await app.register((scope) => registerCaptureApi(scope, services), { prefix: '/capture/api' })
  if (!services.config.production || services.config.pages.playground)
    registerExamplePicture(app, services.config.dataDirectory)
  if (services.config.pages.playground) {
    const { config, rateLimits } = services
    await app.register(async (scope) => {
      scope.addHook('onRequest', guardPlayground(config.pages.playgroundToken, rateLimits))
      scope.get('/', { logLevel: 'warn', schema: { hide: true } }, (_request, reply) =>
        sendPage(reply.code(playground ? 200 : 503), playground ?? notBuilt),
      )
      await scope.register((inner) => registerPlayground(inner, services, dialects, openInner), {
        prefix: '/playground',
      })
    })
  }
}
