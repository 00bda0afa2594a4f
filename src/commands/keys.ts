import { Command, InvalidArgumentError, Option } from 'commander'
import { type Clients, createClients, type Environment } from '../access/clients.ts'
import { createSigningKey } from '../access/signing-key.ts'
import { emptyLog } from '../database/erased.ts'
import { dialects } from '../dialects/index.ts'
import { createAudit } from '../records/audit.ts'
import { addClientSwitches, switchedSettings } from './client-switches.ts'
import { months } from './clients.ts'
import { openRecords } from './open-records.ts'
import { rotateCommand } from './rotate.ts'
import { readSettings } from './settings.ts'
import { print, printable, printJson } from './terminal.ts'

interface CreateOptions {
  dialect: string
  env: Environment
  name: string
  json?: true
  client?: string
  ipAllow?: string[]
  urlHost?: string[]
  rate?: number
  balance?: number
  retentionMonths?: number | 'none'
  signature?: true
  administrative?: true
}

/** `liveface keys create|list|revoke|rotate`: works on the database directly, also beside a running server. */
export function keysCommand(): Command {
  const dialect = () => new Option('--dialect <name>', 'vendor API').choices(dialects.map(({ name }) => name))
  const keys = new Command('keys')
    .description('Create, list and revoke API credentials; rotate the master key.')
    .exitOverride()
  addClientSwitches(keys.command('create'), dialects, '[on|off]')
    .description('Make a client with one credential, shown once.')
    .addOption(dialect().makeOptionMandatory())
    .addOption(new Option('--env <environment>').choices(['sandbox', 'production']).default('sandbox'))
    .option('--name <name>', 'what to call the client', 'unnamed')
    .option('--client <id>', 'add a credential to this client instead of making one')
    .option('--ip-allow <address...>', 'addresses or CIDR ranges that may call')
    .option('--url-host <host...>', 'hosts that picture URLs may name, exact or *.domain')
    .option('--rate <number>', 'calls per minute and operation', wholeNumber)
    .option('--balance <number>', 'prepaid calls; without it the client is not billed', wholeNumber)
    .option('--retention-months <number>', 'erase checks after so many months, 1 to 120; else: kept', months)
    .option('--signature', 'ask for x-cf-signature; prints the public key to encrypt to')
    .option(
      '--administrative',
      "Liveface's own API: the key manages clients, keys and limits (/api/v1/clients) and does nothing else",
    )
    .option('--json', 'print one JSON object with id and headers')
    .action((options: CreateOptions) => withClients((clients) => create(clients, options)))
  keys
    .command('list')
    .description('Show credentials without their secrets.')
    .addOption(dialect())
    .option('--json', 'print JSON')
    .action((options: { dialect?: string; json?: true }) => withClients((clients) => list(clients, options)))
  keys
    .command('revoke')
    .description('End a credential at once.')
    .argument('<id>', 'id as shown by create and list')
    .action((id: string) => withClients((clients) => revoke(clients, id)))
  keys.addCommand(rotateCommand())
  return keys
}

async function create(clients: Clients, options: CreateOptions): Promise<void> {
  const dialect = dialects.find(({ name }) => name === options.dialect)!
  if (options.administrative && dialect.name !== 'liveface')
    throw new Error("Only Liveface's own API has administrative keys: --dialect liveface.")
  if (options.administrative && options.client)
    throw new Error('--administrative makes a client of its own: leave --client out.')
  const signing = options.signature ? createSigningKey() : null
  const client = options.client
    ? await existing(clients, options.client, dialect.name)
    : await clients.create({
        dialect: dialect.name,
        environment: options.env,
        name: options.name,
        balance: options.balance ?? null,
        settings: {
          ipAllowList: options.ipAllow ?? [],
          urlHosts: options.urlHost ?? [],
          ratePerMinute: options.rate ?? null,
          retentionMonths: typeof options.retentionMonths === 'number' ? options.retentionMonths : null,
          ...switchedSettings(options, dialects, dialect.name),
          signatureKey: signing?.privateKey ?? null,
          administrative: options.administrative ?? false,
        },
      })
  const issued = dialect.issueCredential(client.environment)
  const { id } = await clients.addCredential(client.id, issued)
  const publicKey = signing ? { publicKey: signing.publicKey } : {}
  if (options.json) {
    printJson({ id, client: client.id, headers: issued.headers, ...publicKey })
    return
  }
  print(`Credential ${id} of client ${client.id} (${dialect.title}, ${client.environment}). Shown this once:`)
  for (const [name, value] of Object.entries(issued.headers)) print(`  ${name}: ${value}`)
  if (signing) print(`Public key for x-cf-signature:\n${signing.publicKey}`)
}

async function existing(clients: Clients, id: string, dialect: string) {
  const client = await clients.find(id)
  if (!client || client.dialect !== dialect) throw new Error(`There is no ${dialect} client ${id}.`)
  return client
}

async function list(clients: Clients, options: { dialect?: string; json?: true }): Promise<void> {
  const rows = await clients.credentials(options.dialect)
  if (options.json) return printJson(rows)
  for (const row of rows) {
    const state = row.revokedAt ? `revoked ${new Date(row.revokedAt).toISOString()}` : 'active'
    print(printable([row.id, row.dialect, row.environment, row.lookup, row.name, state].join('  ')))
  }
}

async function revoke(clients: Clients, id: string): Promise<void> {
  if (!(await clients.revoke(id))) throw new Error(`There is no active credential ${id}.`)
  print(`Credential ${id} is revoked.`)
}

async function withClients(work: (clients: Clients) => Promise<void>): Promise<void> {
  const { database, masterKey } = await openRecords(readSettings())
  try {
    const audit = createAudit(database, masterKey)
    await work(createClients(database, masterKey, Date.now, audit.append))
    // A copy of the database's file without its log still knows every credential.
    await emptyLog(database)
  } finally {
    await database.destroy()
  }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.')
  return value
}
