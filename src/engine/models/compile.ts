/** Turns the catalogue's weights into ONNX files, once per machine, and never trusts a file unchecked. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineError } from '../errors.ts'
import { alignChannels } from './align-channels.ts'
import { keepBlocked } from './blocked-layout.ts'
import { catalogue, type NetName, netNames } from './catalogue.ts'
import { fetchFromPackage } from './fetch-package.ts'
import type { Net, OnnxNet, PackagedNet } from './net.ts'
import { foldNormalisation } from './normalise.ts'
import { encodeModel, type Graph } from './onnx.ts'
import { adoptModel } from './onnx-model.ts'
import { simplify } from './simplify.ts'
import { compileGraphModel, type GraphModel } from './tfjs-model.ts'
import { readWeights, type WeightsManifest } from './weights.ts'

/** Raised whenever the compiler writes other bytes for the same weights, so that old files are not used. */
export const COMPILER_VERSION = 8

export interface CompileOptions {
  /** Where compiled files are kept. Default: `defaultCacheDirectory()`. */
  cacheDirectory?: string
  /** Default: every net of the catalogue. */
  names?: readonly NetName[]
  /** Where the package with the weights lies, by name; for tests. Default: the installed package. */
  packageDirectory?: (name: string) => string
}

/** The folder of package.json: this file lies three folders below it, in `src` as in `dist`. */
export function packageRoot(): string {
  return fileURLToPath(new URL('../../../', import.meta.url))
}

export function defaultCacheDirectory(): string {
  return join(packageRoot(), '.cache', 'models')
}

/**
 * Compiles what the cache lacks. Each file's name carries a hash of its weights and recipe; its checksum
 * stands beside it, so a damaged or half-written file is found and compiled again.
 * @returns the path of each net's ONNX file, verified
 * @throws EngineError model_missing, model_damaged: the detail names the file
 */
export async function compileModels(options: CompileOptions = {}): Promise<Map<NetName, string>> {
  const paths = new Map<NetName, string>()
  for (const name of options.names ?? netNames) paths.set(name, (await prepareModel(name, options)).path)
  return paths
}

/** As compileModels for one net; `compiled` tells whether the cache lacked it. */
export async function prepareModel(
  name: NetName,
  options: CompileOptions = {},
): Promise<{ path: string; compiled: boolean }> {
  // Widened: which kinds the catalogue holds today is not this function's business.
  const net = catalogue[name] as Net
  if (net.kind === 'own') {
    const path = join(packageRoot(), net.file)
    await verifyFile(path, net.sha256)
    return { path, compiled: false }
  }
  const directory = options.cacheDirectory ?? defaultCacheDirectory()
  const path = join(directory, `${name}-${recipeHash(net)}.onnx`)
  const source = options.packageDirectory?.(net.package) ?? installedPackage(net.package)
  // Checked even when the compiled file is there: damaged weights are told now, not after the next update.
  if (source) await verifyFiles(source, net)
  if (await isIntact(path)) return { path, compiled: false }
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

/**
 * Checks a file against its recorded SHA-256 through one small buffer: the weights of all nets read whole
 * would stay in memory until the next garbage collection, once per worker.
 * @throws EngineError model_missing, model_damaged
 */
export async function verifyFile(path: string, expected: string): Promise<void> {
  if ((await hashFile(path)) !== expected.toLowerCase()) throw new EngineError('model_damaged', path)
}

async function hashFile(path: string): Promise<string> {
  const file = await open(path).catch((cause: unknown) => {
    throw new EngineError('model_missing', path, { cause })
  })
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(1 << 18)
    for (;;) {
      const { bytesRead } = await file.read(buffer)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
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
  if (net.kind === 'manifest') return net.build(name, readWeights(description as WeightsManifest, weights))
  const size = net.inputs[0]?.shape[1] as number
  return compileGraphModel(name, description as GraphModel, weights, size, net.outputs)
}

/** Looks for the folder itself: a package's `exports` may hide its package.json. */
function installedPackage(name: string): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? []
  return roots.map((root) => join(root, name)).find(existsSync)
}

function recipeHash({ files, normalisation, inputs, outputs }: PackagedNet): string {
  const recipe = JSON.stringify([COMPILER_VERSION, files, normalisation, inputs, outputs])
  return sha256(recipe).slice(0, 16)
}

/** Whether a compiled file and the checksum beside it agree; when either is absent, compiling is the remedy. */
async function isIntact(path: string): Promise<boolean> {
  try {
    return (await hashFile(path)) === (await readFile(`${path}.sha256`, 'utf8'))
  } catch {
    return false
  }
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
