import type { z } from 'zod'
import type { Config } from '../../config/index.ts'
import type { Setting } from '../../config/types.ts'

/** A setting of one vendor's API, which stands in its folder and among the others of `liveface doctor --settings`. */
export interface VendorSetting<Value = unknown> extends Setting {
  type: z.ZodType<Value>
  /** @throws Error when `config` was read without asking for the setting */
  of(config: Pick<Config, 'vendors'>): Value
}

/** @param type with `describe`, and a default where the variable may be absent */
export function vendorSetting<Value>(variable: string, type: z.ZodType<Value>): VendorSetting<Value> {
  return {
    variable,
    type,
    of({ vendors }) {
      if (!(variable in vendors)) throw new Error(`The configuration was read without ${variable}.`)
      return vendors[variable] as Value
    },
  }
}

/** The settings of all of these vendors. */
export function settingsOf(dialects: readonly { settings?: readonly VendorSetting[] }[]): VendorSetting[] {
  return dialects.flatMap(({ settings = [] }) => settings)
}
