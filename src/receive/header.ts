import type { FastifyRequest } from 'fastify'

/**
 * One header of a request, trimmed. Where it was sent several times, Node joins the values with commas, so that they are no
 * client's credential; of `authorization` it keeps the first.
 * @param name in lower case
 * @returns undefined when it is missing or blank
 */
export function readHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  const text = Array.isArray(value) ? value[0] : value
  return text?.trim() || undefined
}
