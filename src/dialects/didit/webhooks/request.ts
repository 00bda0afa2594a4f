import type { FastifyRequest } from 'fastify'
import { addressFault } from '../../../webhooks/index.ts'
import type { Destination } from '../../../webhooks/types.ts'
import type { Services } from '../../dialect.ts'
import { DiditError, FieldError } from '../errors.ts'
import { BodyReader } from '../request.ts'
import { eventNames, versions } from './format.ts'

interface DestinationFields {
  label?: string
  url?: string
  enabled?: boolean
  version?: string
  events?: string[]
}

/** An address that webhooks may be sent to; undefined when absent or wrong. */
export function readUrl(
  body: BodyReader,
  name: string,
  { config }: Services,
  required = false,
): string | undefined {
  const url = body.text(name, { required, max: 2000 })
  if (url === undefined) return undefined
  if (!URL.canParse(url) || !/^https?:/i.test(url)) return body.fail(name, 'Enter a valid URL.')
  const fault = addressFault(url, config.fetch)
  return fault === null ? url : body.fail(name, fault)
}

/** The events to subscribe to, each once; undefined when absent or wrong. */
function readEvents(body: BodyReader): string[] | undefined {
  const name = 'subscribed_events'
  const given = body.list(name)
  if (!given) return undefined
  if (given.length === 0) return body.fail(name, 'At least one subscribed event is required.')
  const unknown = given.filter((event) => !eventNames.some((known) => known === event))
  if (unknown.length > 0) return body.fail(name, `Unsupported webhook events: ${unknown.join(', ')}`)
  return [...new Set(given as string[])]
}

/** What a body names of a destination. @throws FieldError, or DiditError when the body is no JSON object */
export async function readDestination(
  request: FastifyRequest,
  services: Services,
  { required = false } = {},
): Promise<DestinationFields> {
  const body = await BodyReader.read(request)
  const label = body.text('label', { required, max: 255 })
  const url = readUrl(body, 'url', services, required)
  const enabled = body.boolean('enabled')
  const version = body.choice('webhook_version', versions)
  const events = readEvents(body)
  body.finish()
  return {
    ...(label === undefined ? {} : { label }),
    ...(url === undefined ? {} : { url }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(version === undefined ? {} : { version }),
    ...(events === undefined ? {} : { events }),
  }
}

/** @throws FieldError when the URL belongs to another destination; DiditError when there is none */
export function notTaken(result: Destination | 'url_taken' | null, field: string): Destination {
  if (result === 'url_taken') {
    throw new FieldError({ [field]: ['This webhook destination already exists for the application.'] })
  }
  if (!result) throw new DiditError('destinationNotFound')
  return result
}
