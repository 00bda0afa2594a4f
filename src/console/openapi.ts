/** What the document at /openapi/console.json says of each route. */
import { z } from 'zod'
import type { ConsoleRoute } from './route.ts'

export const description = {
  title: 'Console',
  description:
    'What people do in the console at /console, for scripts too. Sign in with `POST /console/api/session`, keep the ' +
    'cookie, and send `x-csrf-token` with every request but GET. Errors are `application/problem+json`; their `code` ' +
    'says which. The whole console answers 404 until an administrator exists.',
  headers: { cookie: 'liveface_console, as POST /console/api/session sets it' },
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string().describe('Stable name of the error.'),
  })
  .meta({ id: 'Problem' })

/** Route options. Bodies and queries are checked behind the gate, once it is known who asks. */
export function describeRoute({
  url,
  name,
  summary,
  tag,
  roles,
  confirm,
  query,
  body,
  ...rest
}: ConsoleRoute) {
  const { multipart, answer, status = 200 } = rest
  const who = roles === 'anybody' ? 'Anybody.' : `For ${roles.join(', ')}.`
  const params = [...url.matchAll(/:(\w+)/g)].map(([, param = '']) => [param, z.string()] as const)
  return {
    config: multipart ? { multipart } : {},
    schema: {
      operationId: name,
      summary,
      description: confirm ? `${who} Asks for the password once more.` : who,
      tags: [tag],
      ...(params.length > 0 ? { params: z.object(Object.fromEntries(params)) } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body ? { body } : {}),
      response: { [status]: answer, '4xx': problem.describe('Refused.'), '5xx': problem.describe('Failed.') },
    },
  }
}
