import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { createEngine } from '../engine/index.ts'
import type { EntryList } from '../gallery/index.ts'
import { createLists, type ListTarget } from '../records/lists.ts'
import { type CommandPlatform, withPlatform } from './platform.ts'
import { print, printJson, table } from './terminal.ts'

interface TargetOptions {
  client: string
  entry?: string
  check?: string
  picture?: string
  label?: string
}

/** `liveface gallery list|block|allow|unlist|forget`: works on the database directly, also beside a running server. */
export function galleryCommand(): Command {
  const gallery = new Command('gallery')
    .description('Show and change enrolled faces, the blocklist and the allow list.')
    .exitOverride()
  gallery
    .command('list')
    .description('Show entries, newest first.')
    .requiredOption('--client <id>', 'whose gallery')
    .addOption(new Option('--list <list>', 'only these').choices(['block', 'allow', 'none']))
    .option('--limit <number>', 'how many', '100')
    .option('--json', 'print one JSON object per entry')
    .action((options: { client: string; list?: EntryList; limit: string; json?: true }) => list(options))
  const meanings = {
    block: 'Put a face on the blocklist.',
    allow: 'Put a face on the allow list.',
    unlist: 'Take a face off its list.',
    forget: 'Delete templates for good.',
  }
  for (const [name, meaning] of Object.entries(meanings)) {
    const command = gallery
      .command(name)
      .description(meaning)
      .requiredOption('--client <id>', 'whose gallery')
      .option('--entry <id>', 'one entry, as shown by list')
      .option('--check <id>', 'every entry of one check or session')
    if (name === 'block' || name === 'allow') {
      command
        .option('--picture <file>', 'the face of a picture that was not enrolled')
        .option('--label <text>', 'a note, with --picture')
    }
    command.action((options: TargetOptions) => change(name as keyof typeof meanings, options))
  }
  return gallery
}

async function list(options: {
  client: string
  list?: EntryList
  limit: string
  json?: true
}): Promise<void> {
  const filter = { limit: Number(options.limit) || 100, ...(options.list ? { list: options.list } : {}) }
  const entries = await withPlatform(async (platform) => {
    await requireClient(platform, options.client)
    return platform.gallery.list(options.client, filter)
  })
  if (options.json) {
    for (const entry of entries) printJson(entry)
    return
  }
  const rows = entries.map((entry) => [
    entry.id,
    entry.list,
    entry.kind,
    entry.approved ? 'approved' : '-',
    entry.vendorData ?? '-',
    entry.checkId ?? '-',
    entry.label ?? '-',
    new Date(entry.createdAt).toISOString(),
  ])
  print(table([['entry', 'list', 'kind', 'approved', 'vendor data', 'check', 'label', 'since'], ...rows]))
}

async function change(verb: 'block' | 'allow' | 'unlist' | 'forget', options: TargetOptions): Promise<void> {
  const ids = await withPlatform(async (platform) => {
    await requireClient(platform, options.client)
    const target = await targetOf(platform, options)
    const lists = createLists(platform)
    if (verb !== 'forget') {
      return lists.put(options.client, target, verb === 'unlist' ? 'none' : verb, {
        actor: 'operator',
        label: options.label ?? null,
      })
    }
    if ('face' in target) throw new Error('Name an entry or a check to forget.')
    return lists.forget(options.client, target, 'operator')
  })
  if (ids.length === 0) throw new Error('The client has no such entry.')
  for (const id of ids) print(id)
}

async function requireClient({ database }: CommandPlatform, id: string): Promise<void> {
  const row = await database.selectFrom('clients').select('id').where('id', '=', id).executeTakeFirst()
  if (!row) throw new Error(`There is no client ${id}.`)
}

async function targetOf({ config }: CommandPlatform, options: TargetOptions): Promise<ListTarget> {
  const { entry, check, picture } = options
  if ([entry, check, picture].filter((given) => given !== undefined).length !== 1) {
    throw new Error('Name exactly one of --entry, --check and --picture.')
  }
  if (entry !== undefined) return { entry }
  if (check !== undefined) return { check }
  const engine = await createEngine(config.engine)
  try {
    const { faces, subject } = await engine.analyse(await readFile(picture as string), {
      want: { template: true, traits: false, liveness: false },
    })
    if (faces.length !== 1 || !subject?.template) {
      throw new Error(`Expected a picture with one face but found ${faces.length}.`)
    }
    return { face: { template: subject.template } }
  } finally {
    await engine.close()
  }
}
