import { Command, InvalidArgumentError } from 'commander'
import { type Client, createClients } from '../access/clients.ts'
import type { ClientSettings } from '../access/settings.ts'
import { dialects } from '../dialects/index.ts'
import { addBrandingOptions, type BrandingOptions, changedBranding } from './branding-options.ts'
import { addClientSwitches, onOff, switchedSettings } from './client-switches.ts'
import { withPlatform } from './platform.ts'
import { print, printJson, table } from './terminal.ts'

/** Commander takes a parsed null for an empty text. */
type NumberOrNone = number | 'none'

interface SetOptions extends BrandingOptions {
  retentionMonths?: NumberOrNone
  balance?: NumberOrNone
  rate?: NumberOrNone
  refuseUploads?: boolean
}

/** `liveface clients list|show|set`: who may call, and with which settings; also beside a running server. */
export function clientsCommand(): Command {
  const clients = new Command('clients').description('Show clients and change their settings.').exitOverride()
  clients
    .command('list')
    .description('Every client, oldest first of each vendor API.')
    .option('--json', 'print one JSON object for each')
    .action(list)
  clients
    .command('show')
    .description('Print one client with its settings as JSON, without secrets.')
    .argument('<id>', 'client, as shown by `liveface clients list`')
    .action(show)
  addBrandingOptions(addClientSwitches(clients.command('set'), dialects, '<on|off>'))
    .description('Change settings of one client; what is not named stays. A running server heeds it at once.')
    .argument('<id>', 'client, as shown by `liveface clients list`')
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

async function list({ json }: { json?: true }): Promise<void> {
  const found = await withPlatform(async ({ database, masterKey }) => {
    const clients = createClients(database, masterKey)
    return (await Promise.all(dialects.map(({ name }) => clients.list(name)))).flat()
  })
  if (json) {
    for (const client of found) printJson(withoutSecrets(client))
    return
  }
  const rows = found.map(({ id, dialect, environment, name }) => [id, dialect, environment, name])
  print(table([['id', 'API', 'environment', 'name'], ...rows]))
}

async function show(id: string): Promise<void> {
  const [client, balance] = await withPlatform(async ({ database, masterKey }) => {
    const row = database.selectFrom('clients').select('balance').where('id', '=', id).executeTakeFirst()
    return Promise.all([createClients(database, masterKey).find(id), row.then((found) => found?.balance)])
  })
  if (!client) throw new Error(`There is no client ${id}.`)
  printJson({ ...withoutSecrets(client), balance: balance ?? null }, 2)
}

/** Of the one secret among the settings, whether there is one; and of the logo its size. */
function withoutSecrets({ settings: { signatureKey, branding, ...settings }, ...client }: Client) {
  const logo = branding?.logo == null ? null : `PNG of ${Buffer.from(branding.logo, 'base64').length} bytes`
  return {
    ...client,
    settings: { ...settings, signed: signatureKey !== null, branding: branding && { ...branding, logo } },
  }
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
    const switched = switchedSettings(options, dialects, client.dialect)
    await clients.update(id, ({ branding: present }) => {
      const branding = changedBranding(options, present)
      return { ...changes, ...switched, ...(branding === undefined ? {} : { branding }) }
    })
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
