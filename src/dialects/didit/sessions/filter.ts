import { findNul } from '../../../receive/nul.ts'
import { FieldError, type FieldErrors } from '../errors.ts'
import { isUuid, nulError } from '../request.ts'
import { risks } from '../warnings.ts'
import { apiServices, type SessionFilter, type SessionSearch } from './records.ts'

/** The vendor's services, also those that don't exist here: asking for them finds nothing, and is no error. */
const everyService = [
  ...apiServices,
  'ID_VERIFICATION',
  'POA',
  'AML',
  'KYB_REGISTRY',
  'DATABASE_VALIDATION',
  'PHONE_VERIFICATION',
  'EMAIL_VERIFICATION',
]
const everyKind = ['user', 'business', 'all']

/**
 * Filters for what sessions here never have: a person's name, a country, a workflow. A filter that is left
 * out of account would show every session to a caller who asked for one person's, so these find none.
 */
const neverTrue = [
  'country',
  'didit_internal_id',
  'document_name',
  'document_type',
  'euuid',
  'is_kyc_to_be_reviewed',
  'region',
  'screened_full_name',
  'status_initialized_as_in_review',
  'workflow_id',
]
const identifiers = ['didit_internal_id', 'euuid']

/**
 * The filters of the session list; null when nothing can match. Several values of one filter are separated
 * by commas. As the vendor documents, an unknown value finds nothing, and a value of the wrong type is an error.
 * @throws FieldError naming every filter whose value has the wrong type
 */
export function readSessionFilter(query: Record<string, unknown>): SessionFilter | null {
  const errors: FieldErrors = {}
  const text = (name: string): string | null => {
    const value = Array.isArray(query[name]) ? query[name].at(-1) : query[name]
    if (typeof value !== 'string' || value.trim() === '') return null
    if (findNul(value)) errors[name] = [nulError]
    return value.trim()
  }
  const values = (name: string) =>
    text(name)
      ?.split(',')
      .map((part) => part.trim())
  const time = (name: string, end: boolean): number | null => {
    const given = text(name)
    if (given === null) return null
    const value = readTime(given, end)
    if (value === null) errors[name] = ['Enter a valid date.']
    return value
  }

  const services = values('api_service')
  const unknown = services?.find((service) => !everyService.includes(service))
  if (unknown !== undefined) {
    errors.api_service = [`Select a valid choice. ${unknown} is not one of the available choices.`]
  }
  const kind = text('session_kind')
  if (kind !== null && !everyKind.includes(kind)) {
    errors.session_kind = 'Must be "user", "business", or "all".'
  }
  for (const name of identifiers) {
    const given = text(name)
    if (given !== null && !isUuid(given.toLowerCase())) errors[name] = ['Enter a valid UUID.']
  }
  const from = time('date_from', false)
  const to = time('date_to', true)
  const statuses = values('status')
  const warned = values('warning')?.filter((risk) => risks.some((known) => known === risk))
  const types = values('session_type')
  const vendorData = text('vendor_data')
  const search = text('search')
  if (Object.keys(errors).length > 0) throw new FieldError(errors)

  if (kind === 'business' || warned?.length === 0) return null
  if (types && !types.includes('API') && !types.includes('ALL')) return null
  if (neverTrue.some((name) => text(name) !== null)) return null
  return {
    ...(statuses ? { statuses } : {}),
    ...(services ? { services } : {}),
    ...(warned ? { risks: warned } : {}),
    ...(vendorData === null ? {} : { vendorData }),
    ...(search === null ? {} : { search: readSearch(search) }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  }
}

/** A whole UUID names a session, digits begin a session's number; either may also be part of the vendor data. */
function readSearch(text: string): SessionSearch {
  const id = text.toLowerCase()
  if (isUuid(id)) return { id, vendorData: text }
  return /^\d+$/.test(text) ? { numberPrefix: text, vendorData: text } : { vendorData: text }
}

const day = 24 * 60 * 60_000

/** ISO 8601, in UTC unless it says otherwise. A date alone is its whole day. @param end exclusive end of a range */
function readTime(text: string, end: boolean): number | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  if (!match) return null
  const [, date = '', clock, zone = 'Z'] = match
  // Date.parse takes the 30th of February for the 2nd of March.
  const midnight = new Date(`${date}T00:00Z`)
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return null
  const value = Date.parse(`${date}T${clock ?? '00:00'}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`)
  if (Number.isNaN(value)) return null
  if (!end) return value
  return clock === undefined ? value + day : value + 1
}
