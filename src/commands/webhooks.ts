import { Command, InvalidArgumentError } from 'commander'
import { newSecret } from '../dialects/liveface/webhooks.ts'
import { withPlatform } from './platform.ts'
import { print, printJson, table } from './terminal.ts'

const hour = 60 * 60_000

/** `liveface webhooks list|rotate`: addresses that clients have told of their checks and sessions. */
export function webhooksCommand(): Command {
  const webhooks = new Command('webhooks').description('Show webhooks; give one a new secret.').exitOverride()
  webhooks
    .command('list')
    .description('The webhooks of a client, without their secrets.')
    .requiredOption('--client <id>', 'as shown by `liveface clients list`')
    .option('--json', 'print one JSON object for each')
    .action(list)
  webhooks
    .command('rotate')
    .description(
      "Make a new secret for a webhook of Liveface's own API, shown once. Messages are signed with the one before too for a while.",
    )
    .argument('<id>', 'as shown by `liveface webhooks list`')
    .requiredOption('--client <id>', 'whose webhook it is')
    .option('--previous-hours <number>', 'how long the secret before stays valid, 0 to 168', hours, 24)
    .action(rotate)
  return webhooks
}

async function list({ client, json }: { client: string; json?: true }): Promise<void> {
  const found = await withPlatform(({ webhooks }) => webhooks.destinations.list(client))
  if (json) {
    for (const destination of found) printJson(destination)
    return
  }
  const rows = found.map(({ id, url, events, createdAt }) => {
    return [id, new Date(createdAt).toISOString(), events.join(','), url]
  })
  print(table([['id', 'made', 'events', 'url'], ...rows]))
}

async function rotate(id: string, options: { client: string; previousHours: number }): Promise<void> {
  const { client, previousHours } = options
  const secret = newSecret()
  const rotated = await withPlatform(async ({ webhooks: { destinations } }) => {
    const destination = await destinations.find(client, id)
    if (!destination) throw new Error(`The client ${client} has no webhook ${id}.`)
    // Each vendor's secrets have a look of their own, and are changed over its API.
    if (destination.dialect !== 'liveface')
      throw new Error(`The webhook ${id} is not one of Liveface's own API.`)
    return destinations.rotateSecret(client, id, secret, {
      ...{ previousLife: previousHours * hour, actor: 'operator' },
    })
  })
  if (!rotated) throw new Error(`The client ${client} has no webhook ${id}.`)
  print(secret)
  process.stderr.write(
    `The secret before stays valid until ${new Date(rotated.previousUntil).toISOString()}. This one is shown once.\n`,
  )
}

function hours(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 168)
    throw new InvalidArgumentError('Not a whole number from 0 to 168.')
  return Number(text)
}
