/** Options of `liveface clients set` for who asks, as the capture page shows it. `none` takes a part away. */
import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { type Branding, brandingShape, noBranding } from '../access/branding.ts'

export interface BrandingOptions {
  brandName?: string
  brandLogo?: string
  brandColor?: string
  consentText?: string
}

export function addBrandingOptions(command: Command): Command {
  return command
    .option('--brand-name <text>', 'who asks, on the capture page of sessions', part('name'))
    .option(
      '--brand-logo <file>',
      'a PNG of up to 32 KB and 1024 by 1024 pixels',
      part('logo', (path) => readFileSync(path).toString('base64')),
    )
    .option('--brand-color <#rrggbb>', 'colour of its buttons', part('accentColor'))
    .option(
      '--consent-text <text>',
      'what the person must agree to before the camera starts',
      part('consentText'),
    )
}

/**
 * The client's branding with what the options change of it.
 * @param options as commander gives them
 * @returns undefined where none of them is named
 */
export function changedBranding(
  options: BrandingOptions,
  present: Branding | null,
): Branding | null | undefined {
  const { brandName: name, brandLogo: logo, brandColor: accentColor, consentText } = options
  const named = Object.entries({ name, logo, accentColor, consentText }).filter(
    ([, text]) => text !== undefined,
  )
  if (named.length === 0) return undefined
  const changes = Object.fromEntries(named.map(([key, text]) => [key, text === 'none' ? null : text]))
  const changed: Branding = { ...noBranding, ...present, ...changes }
  return Object.values(changed).every((value) => value === null) ? null : changed
}

/** @param read the value of what was typed */
function part(name: keyof Branding, read = (typed: string) => typed): (typed: string) => string {
  return (typed) => {
    if (typed === 'none') return typed
    const { success, data, error } = brandingShape[name].safeParse(read(typed))
    if (!success) throw new InvalidArgumentError(`It ${error.issues[0]?.message}.`)
    return data ?? 'none'
  }
}
