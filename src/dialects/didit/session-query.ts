import { FieldError, type FieldErrors } from './errors.ts'
import { apiServices, type SessionFilter } from './store.ts'
import { risks } from './warnings.ts'

const everyStatus = [
  'Not Started',
  'In Progress',
  'Awaiting User',
  'In Review',
  'Approved',
  'Declined',
  'Resubmitted',
  'Expired',
  'Kyc Expired',
  'Abandoned',
]
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

/** Filters for what sessions here never have: a person's name, a country, a workflow. */
const neverTrue = ['workflow_id', 'country', 'document_type']

/**
 * The filters of the session list; null when nothing can match. Several values of one filter are
 * separated by commas.
 * @throws FieldError naming every filter whose value has the wrong type
 */
export function readSessionFilter(query: Record<string, unknown>): SessionFilter | null {
  const errors: FieldErrors = {}
  const text = (name: string): string | null => {
    const value = Array.isArray(query[name]) ? query[name].at(-1) : query[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
  }
  const choices = (name: string, all: readonly string[]): string[] | null => {
    const plain = (value: string) => value.toLowerCase().replace(/[ _]/g, '')
    const given = text(name)
      ?.split(',')
      .map((part) => part.trim())
    if (!given) return null
    return given.map((part) => {
      const found = all.find((choice) => plain(choice) === plain(part))
      if (!found) {
        errors[name] = [`Select a valid choice. ${part} is not one of the available choices.`]
      }
      return found ?? part
    })
  }
  const time = (name: string, end: boolean): number | null => {
    const given = text(name)
    if (given === null) return null
    const value = readTime(given, end)
    if (value === null) errors[name] = ['Enter a valid date/time.']
    return value
  }

  const statuses = choices('status', everyStatus)
  const services = choices('api_service', everyService)
  const warned = choices('warning', risks)
  const kinds = choices('session_kind', everyKind)
  const types = choices('session_type', ['API', 'WORKFLOW'])
  const from = time('date_from', false)
  const to = time('date_to', true)
  const vendorData = text('vendor_data')
  const search = text('search')
  if (Object.keys(errors).length > 0) throw new FieldError(errors)

  if (kinds?.every((kind) => kind === 'business')) return null
  if (types && !types.includes('API')) return null
  if (neverTrue.some((name) => text(name) !== null)) return null
  return {
    ...(statuses ? { statuses } : {}),
    ...(services ? { services } : {}),
    ...(warned ? { risks: warned } : {}),
    ...(vendorData === null ? {} : { vendorData }),
    ...(search === null ? {} : { search }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  }
}

const day = 24 * 60 * 60_000

/** ISO 8601, in UTC unless it says otherwise. A date alone is its whole day. @param end exclusive end of a range */
function readTime(text: string, end: boolean): number | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  if (!match) return null
  const [, date, clock, zone = 'Z'] = match
  const value = Date.parse(`${date}T${clock ?? '00:00'}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`)
  if (Number.isNaN(value)) return null
  if (!end) return value
  return clock === undefined ? value + day : value + 1
}
