import type { Client } from '../../access/clients.ts'
import type { ClientSettings } from '../../access/settings.ts'

/** Something that one vendor's API does for some clients only, off until an operator switches it on. */
export interface ClientSwitch {
  /** Its key among the client's settings and, with hyphens, its option of the `liveface` command. */
  name: string
  meaning: string
  isOn(client: Pick<Client, 'settings'>): boolean
  /** The change of a client's settings that switches it. */
  set(on: boolean): Partial<ClientSettings>
}

export function clientSwitch(name: string, meaning: string): ClientSwitch {
  return {
    name,
    meaning,
    isOn: ({ settings }) => (settings as Record<string, unknown>)[name] === true,
    set: (on) => ({ [name]: on }) as Partial<ClientSettings>,
  }
}
