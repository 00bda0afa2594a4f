/** Who asks a person for a capture: what the capture page shows of a client. */
import { z } from 'zod'
import { isLogo, logoLimit } from './logo.ts'

const nameLimit = 80
const consentLimit = 2000

const text = (limit: number) =>
  z
    .string({ error: 'must be a text' })
    .trim()
    .min(1, 'must not be empty')
    .max(limit, `must have ${limit} characters or fewer`)

/** Each part, or null where nothing is said. The sentences of faults are for callers and operators. */
export const brandingShape = {
  name: text(nameLimit)
    .regex(/^\P{Cc}*$/u, 'must be one line of text')
    .nullable(),
  /** A PNG in base64. */
  logo: z
    .string({ error: 'must be a text' })
    .refine(
      isLogo,
      `must be a whole PNG in base64, of ${logoLimit.bytes / 1024} KB and ${logoLimit.side} by ${logoLimit.side} pixels at most`,
    )
    .nullable(),
  /** `#` and six hex digits. */
  accentColor: z
    .string({ error: 'must be a text' })
    .regex(/^#[\da-f]{6}$/i, 'must be # and six hex digits, such as #0b6e4f')
    .nullable(),
  /** What the person agrees to before the camera starts; lines may break. */
  consentText: text(consentLimit)
    .regex(/^(?:\P{Cc}|[\n\r\t])*$/u, 'must not have control characters')
    .nullable(),
}

export type Branding = z.infer<z.ZodObject<typeof brandingShape>>

export const noBranding: Branding = { name: null, logo: null, accentColor: null, consentText: null }
