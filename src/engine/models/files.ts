/** Where the nets lie as ONNX files, and whether they are what they should be. Nothing is made here. */
import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineError } from '../errors.ts'
import { catalogue, type NetName } from './catalogue.ts'
import type { Net, PackagedNet } from './net.ts'

/** Raised whenever the compiler writes other bytes for the same weights, so that old files are not used. */
export const compilerVersion = 8

/** The folder of package.json: this file lies three folders below it, in `src` as in `dist`. */
export function packageRoot(): string {
  return fileURLToPath(new URL('../../../', import.meta.url))
}

/** Where compiled files are kept unless somebody says otherwise. */
export function defaultModelsDirectory(): string {
  return join(packageRoot(), '.cache', 'models')
}

/** Where the compiled file of a packaged net lies. Its name carries a hash of its weights and recipe. */
export function compiledPath(name: string, net: PackagedNet, directory: string): string {
  const { files, normalisation, inputs, outputs } = net
  const recipe = JSON.stringify([compilerVersion, files, normalisation, inputs, outputs])
  return join(directory, `${name}-${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}.onnx`)
}

/**
 * The ONNX file of a net, its checksum compared.
 * @param directory of compiled files
 * @throws EngineError model_missing, model_damaged: the message names the file, and the command that makes it
 */
export async function findModel(name: NetName, directory = defaultModelsDirectory()): Promise<string> {
  // Widened: which kinds the catalogue holds today is not this function's business.
  const net = catalogue[name] as Net
  if (net.kind === 'own') {
    const path = join(packageRoot(), net.file)
    await verifyFile(path, net.sha256)
    return path
  }
  const path = compiledPath(name, net, directory)
  const remedy = `${path}; compile it with: npx liveface models build`
  const expected = await readFile(`${path}.sha256`, 'utf8').catch((cause: unknown) => {
    throw new EngineError('model_missing', remedy, { cause })
  })
  await verifyFile(path, expected, remedy)
  return path
}

/** As findModel for several nets. */
export async function findModels<N extends NetName>(
  names: readonly N[],
  directory?: string,
): Promise<Map<N, string>> {
  const paths = new Map<N, string>()
  for (const name of names) paths.set(name, await findModel(name, directory))
  return paths
}

/**
 * Checks a file against its recorded SHA-256.
 * @param detail what the error says of it; default: its path
 * @throws EngineError model_missing, model_damaged
 */
export async function verifyFile(path: string, expected: string, detail = path): Promise<void> {
  const checksum = await hashFile(path).catch((cause: unknown) => {
    throw new EngineError('model_missing', detail, { cause })
  })
  if (checksum !== expected) throw new EngineError('model_damaged', detail)
}

/** Through one small buffer: the weights of all nets read whole would stay in memory until the next garbage collection. */
async function hashFile(path: string): Promise<string> {
  const file = await open(path)
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
