import { Command, InvalidArgumentError } from 'commander'
import { createClients } from '../access/clients.ts'
import type { ClientSettings } from '../access/settings.ts'
import { dialects } from '../dialects/index.ts'
import { addClientSwitches, onOff, switchedSettings } from './client-switches.ts'
import { withPlatform } from './platform.ts'

/** Commander takes a parsed null for an empty text. */
type NumberOrNone = number | 'none'

interface SetOptions {
  retentionMonths?: NumberOrNone
  balance?: NumberOrNone
  rate?: NumberOrNone
  refuseUploads?: boolean
}

/** `liveface clients set`: settings of a client that is there, also beside a running server. */
export function clientsCommand(): Command {
  const clients = new Command('clients').description('Change the settings of clients.').exitOverride()
  addClientSwitches(clients.command('set'), dialects, '<on|off>')
    .description('Change settings of one client; what is not named stays. A running server heeds it at once.')
    .argument('<id>', 'client, as shown by `liveface keys list --json`')
    .option('--retention-months <number>', 'erase checks after so many months, 1 to 120, or `none`', months)
    .option('--balance <number>', 'prepaid calls left, or `none`: not billed', numberOrNone)
    .option(
      '--rate <number>',
      "calls per minute and operation, or `none`: the server's default",
      numberOrNone,
    )
    .option(
      '--refuse-uploads <on|off>',
      'sessions take only photos that the capture page made with a camera',
      onOff,
    )
    .action((id: string, options: SetOptions) => set(id, options))
  return clients
}

async function set(id: string, options: SetOptions): Promise<void> {
  const { balance, rate, retentionMonths, refuseUploads } = options
  if (Object.keys(options).length === 0) throw new Error('Name a setting to change.')
  const changes: Partial<ClientSettings> = {
    ...(rate === undefined ? {} : { ratePerMinute: orNull(rate) }),
    ...(retentionMonths === undefined ? {} : { retentionMonths: orNull(retentionMonths) }),
    ...(refuseUploads === undefined ? {} : { refuseUploads }),
  }
  await withPlatform(async ({ database, masterKey, audit }) => {
    const clients = createClients(database, masterKey, Date.now, audit.append)
    const client = await clients.find(id)
    if (!client) throw new Error(`There is no client ${id}.`)
    const settings = { ...changes, ...switchedSettings(options, dialects, client.dialect) }
    if (Object.keys(settings).length > 0) await clients.update(id, settings)
    if (balance !== undefined) await clients.setBalance(id, orNull(balance))
  })
  process.stdout.write(`Client ${id} is changed.\n`)
}

function orNull(value: NumberOrNone): number | null {
  return value === 'none' ? null : value
}

function numberOrNone(text: string): NumberOrNone {
  if (text === 'none') return text
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number, nor `none`.')
  return Number(text)
}

/** As PATCH /v3/webhook/ takes them. */
export function months(text: string): NumberOrNone {
  const value = numberOrNone(text)
  if (value !== 'none' && (value < 1 || value > 120)) {
    throw new InvalidArgumentError('Not between 1 and 120.')
  }
  return value
}
