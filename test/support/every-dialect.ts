/** One plain call of each dialect, for tests of what all of them have in common. */
import { type DialectName, dialects } from '../../src/dialects/index.ts'
import { actedPhoto } from './acted-photo.ts'
import { type Callers, type CallTools, type DialectCall, startCallers } from './callers.ts'
import { jpeg } from './didit.ts'
import { form } from './form.ts'
import type { TestServerOptions } from './server.ts'

export type { DialectName }
export const dialectNames: readonly DialectName[] = dialects.map(({ name }) => name)
export type EveryDialect = Callers<DialectName>

const calls: Record<DialectName, (tools: CallTools) => DialectCall> = {
  cashfree:
    ({ post, headers }) =>
    (id = crypto.randomUUID(), { headers: sent = headers, picture = jpeg } = {}) =>
      post('/verification/face-liveness', sent, form({ verification_id: id, image: picture })),
  didit:
    ({ post, headers }) =>
    (id = 'somebody', { headers: sent = headers, picture = jpeg } = {}) =>
      post('/v3/passive-liveness/', sent, form({ vendor_data: id, user_image: picture })),
  indiconnect:
    ({ post, headers, serve }) =>
    (_id, { headers: sent = headers, picture = jpeg } = {}) => {
      const query = `mutation { verify(input: {documentType: "Face Liveness Passive" url: "${serve(picture)}"}) { ok message result { ... on LivenessDetectionResult { status_code is_live } } error { message } } }`
      return post('/idverifygr/verification', sent, { query })
    },
  liveface:
    ({ post, headers }) =>
    (id = 'somebody', { headers: sent = headers, picture = jpeg } = {}) =>
      post('/api/v1/liveness', sent, form({ person: id, picture })),
  verifyhq:
    ({ post, headers }) =>
    async (id = 'somebody', { headers: sent = headers, picture } = {}) => {
      const base = '/v1/verifications/liveness'
      const opened = await post(`${base}/session`, sent, { userId: id })
      if (opened.status !== 201) return opened
      const { sessionToken, challenges } = opened.body
      const photo = picture ?? actedPhoto({ gesture: challenges[0].type })
      return post(`${base}/challenge`, sent, form({ sessionToken, challengeId: challenges[0].id, photo }))
    },
}

/** A server with a production client of each dialect, and a web server that IndiConnect's pictures come from. */
export function startEveryDialect(options: TestServerOptions = {}): Promise<EveryDialect> {
  const callees = Object.fromEntries(
    dialects.map((dialect) => [dialect.name, { dialect, call: calls[dialect.name] }]),
  ) as Parameters<typeof startCallers<DialectName>>[0]
  return startCallers(callees, options)
}
