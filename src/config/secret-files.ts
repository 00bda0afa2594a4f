import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { isSecret } from './types.ts'

type Environment = Record<string, string | undefined>

/**
 * Puts in the secrets that lie in files, which is how container platforms hand them over: an environment is seen by
 * whoever may inspect the container.
 * @param types the settings by their variables; NAME_FILE is read for each that is a secret
 * @returns the environment without these variables, and a sentence for each that is wrong
 */
export function readSecretFiles(
  environment: Environment,
  types: Record<string, z.ZodType>,
): { given: Environment; wrong: string[] } {
  const given = { ...environment }
  const wrong: string[] = []
  for (const name of Object.keys(types).filter((key) => isSecret(types[key] as z.ZodType))) {
    const variable = `${name}_FILE`
    const file = given[variable]
    delete given[variable]
    if (file === undefined) continue
    if (given[name] !== undefined) {
      wrong.push(`${variable}: ${name} is set too. Remove one of them.`)
      continue
    }
    try {
      given[name] = read(file)
    } catch (error) {
      wrong.push(`${variable}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return { given, wrong }
}

/** What the file holds, without the line's end that editors add. @throws Error */
function read(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error })
  }
  if (text === '') throw new Error(`${file} is empty.`)
  return text
}
