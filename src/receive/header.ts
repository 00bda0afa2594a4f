import type { FastifyRequest } from 'fastify'

/**
 * One header of a request, trimmed; the first value when it was sent several times.
 * @param name in lower case
 * @returns undefined when it is missing or blank
 */
export function readHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  const text = Array.isArray(value) ? value[0] : value
  return text?.trim() || undefined
}
