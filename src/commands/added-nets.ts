import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { createClients } from '../access/clients.ts'
import { dialects } from '../dialects/index.ts'
import { readDescription } from '../engine/added/description.ts'
import { checksumOf, choosePadNet, listAdded, padNetInUse, storeNet } from '../engine/added/folder.ts'
import { tryPadNet } from '../engine/added/trial.ts'
import { livenessNetNames } from '../engine/liveness/index.ts'
import { catalogue, netNames } from '../engine/models/catalogue.ts'
import type { Net } from '../engine/models/net.ts'
import { type CommandPlatform, withPlatform } from './platform.ts'
import { readSettings } from './settings.ts'
import { counted, print, table } from './terminal.ts'

/** What stands for the nets of the package where a name is asked for. */
const packaged = 'packaged'

/** `liveface models add|list|use`: nets of one's own in place of the packaged ones. */
export function addNetCommands(models: Command): void {
  models
    .command('add')
    .description(
      'Add a net for liveness (PAD), after it has judged a drawn face here. It judges nothing before `use`. Nets for templates and detection cannot be added.',
    )
    .argument('<file>', 'ONNX file; its weights must be in it')
    .requiredOption(
      '--description <file>',
      'JSON: name, licence, checksum, input, crop and output (docs/guides/own-cameras.md)',
    )
    .action(add)
  models.command('list').description('The nets of the package and those added, and which judge.').action(list)
  models
    .command('use')
    .description(
      'Let an added net judge liveness, or the packaged ones again. Servers heed it from their next start.',
    )
    .argument('<kind>', '`pad`', kind)
    .argument('<name>', `name of an added net, or \`${packaged}\``)
    .action((_kind: 'pad', name: string) => use(name))
}

async function add(file: string, options: { description: string }): Promise<void> {
  const description = readDescription(await readFile(options.description, 'utf8'))
  const onnx = await readFile(file)
  const { name, sha256 } = description
  const found = checksumOf(onnx)
  if (found !== sha256)
    throw new Error(`The checksum of ${file} is ${found}, that of its description ${sha256}.`)
  const folder = netsFolder()
  const score = await tryAlone(description, onnx)
  await storeNet(folder, description, onnx)
  print(`Added ${name}: a drawn face got ${score.toFixed(3)} of 1. Nothing uses it before:`)
  print(`  npx liveface models use pad ${name}`)
}

/** From a file of its own, so that weights which lie in files beside the original are missed here and not later. */
async function tryAlone(description: ReturnType<typeof readDescription>, onnx: Buffer): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'liveface-net-'))
  try {
    const path = join(folder, 'net.onnx')
    await writeFile(path, onnx)
    return await tryPadNet({ ...description, path })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function list(): Promise<void> {
  const folder = netsFolder()
  const [added, inUse] = await Promise.all([listAdded(folder), padNetInUse(folder)])
  const ofPackage = netNames.map((name) => {
    const { licence } = catalogue[name] as Net
    const replaced = inUse && name !== 'pad-drawn' && (livenessNetNames as readonly string[]).includes(name)
    return [name, packaged, replaced ? 'no' : 'yes', licence, '']
  })
  const own = added.map(({ name, licence, sha256 }) => {
    return [name, 'pad', inUse?.name === name ? 'yes' : 'no', licence, sha256.slice(0, 12)]
  })
  print(table([['net', 'kind', 'in use', 'licence', 'checksum'], ...ofPackage, ...own]))
}

async function use(name: string): Promise<void> {
  const folder = netsFolder()
  const before = (await padNetInUse(folder).catch(() => null))?.name ?? packaged
  const net = name === packaged ? null : (await listAdded(folder)).find((one) => one.name === name)
  if (net === undefined) throw new Error(`There is no added net ${name}.`)
  if (net) await tryPadNet(net)
  const calibrated = await withPlatform(async (platform) => {
    await platform.database.transaction().execute(async (transaction) => {
      await platform.audit.append(transaction, {
        actor: 'operator',
        clientId: null,
        action: 'net.used',
        subject: name,
        details: { kind: 'pad', before, sha256: net?.sha256 ?? null },
      })
      await choosePadNet(folder, net?.name ?? null)
    })
    return calibratedClients(platform)
  })
  print(`Liveness is judged by ${name}; servers heed it from their next start. The way back:`)
  print(`  npx liveface models use pad ${before}`)
  if (calibrated > 0 && before !== name) {
    const clients = counted(calibrated, 'client is', 'clients are')
    print(
      `${clients} calibrated for the nets before: run \`liveface calibrate\` again, or take it back with \`--undo\`.`,
    )
  }
}

async function calibratedClients({ database, masterKey }: CommandPlatform): Promise<number> {
  const clients = createClients(database, masterKey)
  const all = await Promise.all(dialects.map(({ name }) => clients.list(name)))
  return all.flat().filter(({ settings }) => (settings.livenessCalibrations.at(-1)?.offset ?? 0) !== 0).length
}

function netsFolder(): string {
  return readSettings().engine.addedNetsDirectory
}

function kind(text: string): string {
  if (text === 'pad') return text
  throw new InvalidArgumentError('Only `pad`: nets for templates and detection cannot be exchanged.')
}
