import type { FastifyRequest } from 'fastify'

/**
 * One header of a request, trimmed. Values that were sent several times come joined with commas, as Node joins them, and
 * so are no client's credential.
 * @param name in lower case
 * @returns undefined when it is missing or blank
 */
export function readHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  const text = Array.isArray(value) ? value[0] : value
  return text?.trim() || undefined
}
