/** What the text of an environment variable may say. */
import { z } from 'zod'

/** Something that is on or off. */
export const flag = z
  .enum(['true', 'false', '1', '0', 'on', 'off'])
  .transform((text) => text === 'true' || text === '1' || text === 'on')

/** A number, whole or not. */
export const number = z.coerce.number('expected a number')

/** A whole number. */
export const count = (minimum: number) => z.coerce.number('expected a whole number').int().min(minimum)

/** Texts, comma separated. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

/** A setting that holds a secret: NAME_FILE may name a file that holds it instead. Goes around everything but `describe`. */
export const secret = <Type extends z.ZodType>(type: Type): Type => type.meta({ secret: true })

/** Whether `type` was made by `secret`. */
export const isSecret = (type: z.ZodType): boolean => Boolean(type.meta()?.secret)

/** A setting that not every server knows: that of one vendor's API. */
export interface Setting {
  /** Name of the environment variable. */
  variable: string
  /** With its default and its meaning. */
  type: z.ZodType
}
