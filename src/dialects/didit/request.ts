import type { FastifyRequest } from 'fastify'
import { hasBody, isJson, readText } from '../../receive/body.ts'
import { parseJson } from '../../receive/json.ts'
import { findNul } from '../../receive/nul.ts'
import { DiditError, FieldError, type FieldErrors } from './errors.ts'
import { pythonType } from './python-json.ts'

const required = 'This field is required.'
/** Of a text with U+0000. */
export const nulError = 'Null characters are not allowed.'
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** True for a UUID as the vendor's paths take it: lower case only. */
export function isUuid(text: string): boolean {
  return uuid.test(text) && text === text.toLowerCase()
}

/** Reads the members of a JSON body one by one and keeps every error, because the vendor reports them all at once. */
export class BodyReader {
  readonly #body: Record<string, unknown>
  readonly #errors: FieldErrors = {}

  private constructor(body: Record<string, unknown>) {
    this.#body = body
  }

  /**
   * Reads the body of a request. POST and DELETE often come with a JSON content type and no body: that is an empty object.
   * @throws DiditError when the body is no JSON object; JsonError, BodyTooLarge
   */
  static async read(request: FastifyRequest): Promise<BodyReader> {
    if (!hasBody(request) || request.isMultipart()) return new BodyReader({})
    if (!isJson(request)) {
      throw new DiditError('unsupportedMediaType', { given: request.headers['content-type'] ?? '' })
    }
    const text = await readText(request)
    const body = text.trim() === '' ? {} : parseJson(text)
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new DiditError('notAnObject')
    return new BodyReader(body as Record<string, unknown>)
  }

  has(name: string): boolean {
    return this.#body[name] !== undefined
  }

  isNull(name: string): boolean {
    return this.#body[name] === null
  }

  /** Absent and not required: undefined. */
  text(name: string, rules: { required?: boolean; blank?: boolean; max?: number } = {}): string | undefined {
    const value = this.#present(name, rules.required)
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number') return this.fail(name, 'Not a valid string.')
    const text = String(value).trim()
    if (text === '' && !rules.blank) return this.fail(name, 'This field may not be blank.')
    if (findNul(text)) return this.fail(name, nulError)
    if (rules.max !== undefined && text.length > rules.max) {
      return this.fail(name, `Ensure this field has no more than ${rules.max} characters.`)
    }
    return text
  }

  boolean(name: string): boolean | undefined {
    const value = this.#present(name)
    if (value === undefined) return undefined
    const text = String(value).toLowerCase()
    if (value === true || text === 'true' || text === '1') return true
    if (value === false || text === 'false' || text === '0') return false
    return this.fail(name, 'Must be a valid boolean.')
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#present(name)
    if (value === undefined) return undefined
    const number = typeof value === 'string' && /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      return this.fail(name, 'A valid integer is required.')
    }
    if (number < min) return this.fail(name, `Ensure this value is greater than or equal to ${min}.`)
    if (number > max) return this.fail(name, `Ensure this value is less than or equal to ${max}.`)
    return number
  }

  choice<T extends string>(
    name: string,
    choices: readonly T[],
    rules: { required?: boolean } = {},
  ): T | undefined {
    const value = this.#present(name, rules.required)
    if (value === undefined) return undefined
    return (
      choices.find((choice) => choice === value) ??
      this.fail(name, `"${typeof value === 'object' ? '' : String(value)}" is not a valid choice.`)
    )
  }

  uuid(name: string): string | undefined {
    const value = this.#present(name, true)
    if (value === undefined) return undefined
    return typeof value === 'string' && uuid.test(value)
      ? value.toLowerCase()
      : this.fail(name, 'Must be a valid UUID.')
  }

  list(name: string): unknown[] | undefined {
    const value = this.#present(name)
    if (value === undefined || Array.isArray(value)) return value
    return this.fail(name, `Expected a list of items but got type "${pythonType(value)}".`)
  }

  /** Notes an error. @returns undefined, so that a reader can end with it */
  fail(name: string, text: string): undefined {
    this.#errors[name] = [this.#errors[name] ?? [], text].flat()
  }

  /** @throws FieldError with every error found so far */
  finish(): void {
    if (Object.keys(this.#errors).length > 0) throw new FieldError(this.#errors)
  }

  #present(name: string, isRequired = false): unknown {
    const value = this.#body[name]
    if (value === undefined) return isRequired ? this.fail(name, required) : undefined
    if (value === null) return this.fail(name, 'This field may not be null.')
    return value
  }
}
