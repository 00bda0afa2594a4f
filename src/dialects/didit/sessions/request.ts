/** What the calls on sessions read from a body. */
import type { FastifyRequest } from 'fastify'
import { FieldError } from '../errors.ts'
import { BodyReader } from '../request.ts'
import { everyStatus, type Review, type Session, sessionStatuses } from './records.ts'
import { featureNames } from './translate.ts'

/** The status to set, with the fields beside it that are asked for and do nothing here. @throws FieldError */
export function readStatus(body: BodyReader): Session['status'] | undefined {
  const given = body.choice('new_status', everyStatus, { required: true })
  const email = body.text('email_address')
  if (body.boolean('send_email') && !email) {
    body.fail('email_address', 'Email address is required when send_email is true.')
  }
  for (const node of body.list('nodes_to_resubmit') ?? []) {
    const feature = node && typeof node === 'object' && 'feature' in node ? node.feature : undefined
    if (!featureNames.some((name) => name === feature)) {
      body.fail('nodes_to_resubmit', `"${typeof feature === 'string' ? feature : ''}" is not a valid choice.`)
    }
  }
  const status = sessionStatuses.find((known) => known === given)
  if (given && !status) {
    throw new FieldError(["You can only update the status to 'Approved', 'Declined', or 'Resubmitted'."])
  }
  return status
}

/** A note about a session; both of its fields may be missing. @throws FieldError */
export async function readNote(request: FastifyRequest): Promise<Pick<Review, 'new_status' | 'comment'>> {
  const body = await BodyReader.read(request)
  const status = body.isNull('new_status') ? null : body.choice('new_status', everyStatus)
  const comment = body.isNull('comment') ? null : body.text('comment', { blank: true })
  body.finish()
  return { new_status: status ?? null, comment: comment || null }
}

/** @throws FieldError */
export async function readNumbers(request: FastifyRequest): Promise<number[] | 'all'> {
  const name = 'session_numbers'
  const body = await BodyReader.read(request)
  const all = body.boolean('delete_all') ?? false
  const given = all ? [] : body.list(name)
  if (!all && !body.has(name)) body.fail(name, 'This field is required unless delete_all is true.')
  if (!all && given?.length === 0) body.fail(name, 'This list may not be empty.')
  if (given?.some((item) => !/^\d+$/.test(String(item)))) {
    body.fail(name, 'All session_numbers must be numeric.')
  }
  body.finish()
  // A number too large to be exact is the number of no session.
  return all ? 'all' : [...new Set((given ?? []).map(Number))].filter(Number.isSafeInteger)
}
