import type { FastifyRequest } from 'fastify'
import { baseUrlOf } from '../../receive/base-url.ts'
import type { Services } from '../dialect.ts'

/** Makes URLs of kept pictures, which open without a key for 60 minutes. */
export function linkTo(request: FastifyRequest, services: Services): (pictureId: string) => string {
  const base = baseUrlOf(request, services.config)
  return (pictureId) => base + services.evidence.link(pictureId)
}
