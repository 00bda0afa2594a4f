/** How a result or an error crosses the border between processes: cloning keeps no class and no own field of an error. */
import { EngineError, type EngineErrorCode, PictureError, type PictureErrorCode } from '../errors.ts'

export type Outcome<T> = { result: T } | { failure: Failure }

export interface Failure {
  kind: 'picture' | 'engine' | 'other'
  code: string
  message: string
  stack: string
}

/** Runs `work` and packs what it returns or throws. Never rejects. */
export async function capture<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { result: await work() }
  } catch (error) {
    return { failure: describe(error) }
  }
}

/** Unpacks an outcome. @throws what `capture` caught: the same class, code and sentence. */
export function release<T>(outcome: Outcome<T>): T {
  if ('result' in outcome) return outcome.result
  throw revive(outcome.failure)
}

function describe(error: unknown): Failure {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof PictureError) return { kind: 'picture', code: error.code, message, stack }
  if (error instanceof EngineError) return { kind: 'engine', code: error.code, message, stack }
  return { kind: 'other', code: 'engine_crashed', message, stack }
}

function revive({ kind, code, message, stack }: Failure): Error {
  if (kind === 'other') {
    const cause = Object.assign(new Error(message), { stack })
    return new EngineError('engine_crashed', message, { cause })
  }
  const error =
    kind === 'picture' ? new PictureError(code as PictureErrorCode) : new EngineError(code as EngineErrorCode)
  return Object.assign(error, { message, stack })
}
