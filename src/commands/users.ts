import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import { createAttempts } from '../console/attempts.ts'
import { createPasskeys } from '../console/passkeys.ts'
import { createPasswords } from '../console/passwords.ts'
import { createUsers, passwordLength, type Role, roles, type Users } from '../console/users.ts'
import { type CommandPlatform, withPlatform } from './platform.ts'
import { print, printJson, table } from './terminal.ts'

interface CreateOptions {
  email: string
  name?: string
  role: Role
  client?: string[]
}

/** `liveface users create|list|remove|reset`: who may sign in to the console, also beside a running server. */
export function usersCommand(): Command {
  const users = new Command('users')
    .description('People who may sign in to the console at /console. The first administrator switches it on.')
    .exitOverride()
  users
    .command('create')
    .description('Make an account. The password is read from standard input, one line.')
    .requiredOption('--email <address>')
    .option('--name <name>', 'what to call the person; default: the address')
    .addOption(new Option('--role <role>').choices(roles).default('administrator'))
    .option('--client <id...>', 'clients whose cases the person sees; default: all')
    .action((options: CreateOptions) => withUsers((opened, platform) => create(opened, platform, options)))
  users
    .command('list')
    .description('Show the accounts.')
    .option('--json', 'print JSON')
    .action((options: { json?: true }) => withUsers((opened) => list(opened, options)))
  users
    .command('remove')
    .description('Delete an account and end its sessions at once.')
    .argument('<email>')
    .action((email: string) => withUsers((opened) => remove(opened, email)))
  users
    .command('reset')
    .description(
      'Set a new password, read from standard input, take the second factor and passkeys away, and forget wrong passwords.',
    )
    .argument('<email>')
    .action((email: string) => withUsers((opened, platform) => reset(opened, platform, email)))
  return users
}

async function create(users: Users, { database }: CommandPlatform, options: CreateOptions): Promise<void> {
  const { email, name = email, role, client: clients = null } = options
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Error(`${email} is no e-mail address.`)
  for (const id of clients ?? []) {
    const known = await database.selectFrom('clients').select('id').where('id', '=', id).executeTakeFirst()
    if (!known) throw new Error(`There is no client ${id}.`)
  }
  const password = await readPassword()
  const { id } = await users.create({ email, name, role, clients, password }, 'operator')
  print(`Account ${id} (${role}) is made. Sign in at /console.`)
}

async function list(users: Users, { json }: { json?: true }): Promise<void> {
  const rows = await users.list()
  if (json) return printJson(rows)
  const lines = rows.map(({ email, role, name, totp, atProvider, clients }) => [
    email,
    role,
    name,
    atProvider ? 'provider' : totp ? 'code' : 'password alone',
    clients?.join(',') ?? 'every client',
  ])
  print(table([['e-mail', 'role', 'name', 'signs in with', 'sees'], ...lines]))
}

async function remove(users: Users, email: string): Promise<void> {
  await users.remove(await idOf(users, email), 'operator')
  print('The account is gone.')
}

async function reset(
  users: Users,
  { database, masterKey, audit }: CommandPlatform,
  email: string,
): Promise<void> {
  const id = await idOf(users, email)
  await users.setPassword(id, await readPassword(), 'operator')
  await users.forgetTotp(id, 'operator')
  await createPasskeys(database, audit.append).forget(id, 'operator')
  await createAttempts(database, masterKey, audit.append).reset({ id, email }, 'operator')
  print('The password is set; passkeys and authenticator app are gone until the person sets them up again.')
}

async function idOf(users: Users, email: string): Promise<string> {
  const row = await users.findRow(email)
  if (!row) throw new Error(`There is no account of ${email}.`)
  return row.id
}

/** From standard input, so that it stands in no list of processes and in no history of a shell. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) {
    process.stderr.write(`Password, ${passwordLength.minimum} characters or more (it is shown as you type): `)
  }
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    lines.close()
    if (line.length >= passwordLength.minimum && line.length <= passwordLength.maximum) return line
    throw new Error(`A password has ${passwordLength.minimum} to ${passwordLength.maximum} characters.`)
  }
  throw new Error('Give the password on standard input.')
}

function withUsers(work: (users: Users, platform: CommandPlatform) => Promise<void>): Promise<void> {
  return withPlatform((platform) =>
    work(createUsers(platform.database, createPasswords(), platform.audit.append), platform),
  )
}
