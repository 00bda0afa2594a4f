import { extname } from 'node:path'
import type { FastifyRequest } from 'fastify'
import { parseExact } from '../../../exact-json.ts'
import { parseJson } from '../../../receive/json.ts'
import {
  MultipartError,
  type MultipartForm,
  readMultipart,
  type UploadedFile,
} from '../../../receive/multipart.ts'
import { findNul } from '../../../receive/nul.ts'
import { readNumber } from '../../common/numbers.ts'
import { DiditError, FieldError, type FieldErrors } from '../errors.ts'
import { pythonType, toPythonJson } from '../python-json.ts'
import { nulError } from '../request.ts'

const fileSize = 5 * 1024 * 1024
const fieldSize = 256 * 1024
const extensions = ['tiff', 'jpg', 'jpeg', 'png', 'webp']
const trueWords = new Set(['t', 'y', 'yes', 'true', 'on', '1'])
const falseWords = new Set(['f', 'n', 'no', 'false', 'off', '0'])

/** Reads fields one by one and keeps every error, because the vendor reports them all at once. */
export class FormReader {
  readonly #form: MultipartForm
  readonly #errors: FieldErrors = {}

  constructor(form: MultipartForm) {
    this.#form = form
  }

  /** A picture file; the empty buffer after an error. */
  image(name: string): Buffer {
    const file = this.#form.files.get(name)
    if (!file) {
      const sentAsText = (this.#form.fields.get(name) ?? '') !== ''
      this.#fail(
        name,
        sentAsText
          ? 'The submitted data was not a file. Check the encoding type on the form.'
          : 'No file was submitted.',
      )
      return Buffer.alloc(0)
    }
    const problem = imageProblem(file)
    if (problem) this.#fail(name, problem)
    return file.bytes
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.#form.fields.get(name)?.trim() ?? ''
    if (text === '') return fallback
    const value = readNumber(text)
    if (Number.isNaN(value)) this.#fail(name, 'A valid number is required.')
    else if (value > max) this.#fail(name, `Ensure this value is less than or equal to ${max}.`)
    else if (value < min) this.#fail(name, `Ensure this value is greater than or equal to ${min}.`)
    return value
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.#form.fields.get(name)?.trim() ?? ''
    if (text !== '' && !/^[+-]?\d+$/.test(text)) {
      this.#fail(name, 'A valid integer is required.')
      return fallback
    }
    return this.number(name, fallback, min, max)
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.#form.fields.get(name)?.trim().toLowerCase() ?? ''
    if (text === '') return fallback
    if (trueWords.has(text)) return true
    if (falseWords.has(text)) return false
    this.#fail(name, 'Must be a valid boolean.')
    return fallback
  }

  choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    const text = this.#form.fields.get(name)?.trim() ?? ''
    if (text === '') return fallback
    const chosen = choices.find((choice) => choice === text)
    if (!chosen) this.#fail(name, `"${text}" is not a valid choice.`)
    return chosen ?? fallback
  }

  text(name: string): string | null {
    const text = this.#form.fields.get(name)?.trim() || null
    if (this.#form.cutFields.has(name)) {
      this.#fail(name, `Ensure this field has no more than ${fieldSize} bytes.`)
      return null
    }
    if (findNul(text)) this.#fail(name, nulError)
    return text
  }

  /** A JSON object in a text field. */
  object(name: string): Record<string, unknown> | null {
    const text = this.text(name)
    if (text === null) return null
    const value = readJson(text)
    if (value === undefined) {
      this.#fail(name, 'Value must be valid JSON.')
      return null
    }
    if (value === null) return null
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#fail(name, `Expected a dictionary of items but got type "${pythonType(value)}".`)
      return null
    }
    return value as Record<string, unknown>
  }

  /** @throws FieldError with every error found so far */
  finish(): void {
    if (Object.keys(this.#errors).length > 0) throw new FieldError(this.#errors)
  }

  #fail(name: string, text: string): void {
    this.#errors[name] = [this.#errors[name] ?? [], text].flat()
  }
}

/** @throws DiditError when the body is no multipart form */
export async function readForm(request: FastifyRequest): Promise<FormReader> {
  if (!request.isMultipart()) {
    throw new DiditError('unsupportedMediaType', { given: request.headers['content-type'] ?? '' })
  }
  try {
    return new FormReader(await readMultipart(request, { fileSize, fieldSize }))
  } catch (error) {
    if (error instanceof MultipartError) throw new DiditError('malformedForm')
    throw error
  }
}

/** The vendor looks at the extension of the file's name; what the bytes are is found out when they are decoded. */
function imageProblem({ bytes, filename, truncated }: UploadedFile): string | null {
  if (bytes.length === 0) return 'The submitted file is empty.'
  const extension = extname(filename).slice(1).toLowerCase()
  if (!extensions.includes(extension)) {
    return `File extension \u201c${extension}\u201d is not allowed. Allowed extensions are: ${extensions.join(', ')}.`
  }
  return truncated ? 'File size should not exceed 5 MB' : null
}

/** The value of a JSON text; undefined when it is none, nests too deeply, or has a number beyond every float. */
function readJson(text: string): unknown {
  try {
    const value = parseJson(text, parseExact)
    // It must fit into a webhook later.
    toPythonJson(value, { ascii: true })
    return value
  } catch {
    return undefined
  }
}
