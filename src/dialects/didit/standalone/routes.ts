import type { FastifyInstance } from 'fastify'
import { callOf } from '../../../checks/call.ts'
import { performCheck } from '../../../checks/perform.ts'
import type { Services } from '../../dialect.ts'
import { authenticate } from '../auth.ts'
import { ageEstimation } from './age-estimation.ts'
import { standaloneCheck } from './checks.ts'
import { faceMatch } from './face-match.ts'
import { faceSearch } from './face-search.ts'
import { describeStandalone } from './openapi.ts'
import { passiveLiveness } from './passive-liveness.ts'

const operations = [passiveLiveness, faceMatch, faceSearch, ageEstimation]

/** /passive-liveness/, /face-match/, /face-search/ and /age-estimation/ */
export function registerStandalone(app: FastifyInstance, services: Services): void {
  for (const operation of operations) {
    app.post(`/${operation.name}/`, describeStandalone(operation), async (request, reply) => {
      const client = await authenticate(request, reply, services)
      const check = standaloneCheck(request, client, operation, services)
      return performCheck(check, callOf(reply, client), services)
    })
  }
}
