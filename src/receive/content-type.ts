import type { FastifyInstance } from 'fastify'

const token = "[\\w!#$%&'*+.^`|~-]+"
const mediaType = new RegExp(`^\\s*${token}/${token}\\s*(;|$)`)

/**
 * Takes a content type that is no media type for that of unknown bytes. Fastify would end such a request before any
 * parser and any key is looked at, and the dialects that read every kind of body have no word for that.
 */
export function acceptEveryContentType(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw: { headers } }) => {
    const type = headers['content-type']
    if (type !== undefined && !mediaType.test(type)) headers['content-type'] = 'application/octet-stream'
  })
}
