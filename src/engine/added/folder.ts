/** The folder of added nets: each an ONNX file and its description, and a file that says which is in use. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { verifyFile } from '../models/files.ts'
import { type PadDescription, readDescription } from './description.ts'

/** An added net, ready to be opened. */
export interface AddedPadNet extends PadDescription {
  /** Of its ONNX file. */
  path: string
}

const choice = z.strictObject({ pad: z.string().nullable() })
const choiceFile = 'in-use.json'

/** Every added net, by name. A folder that is not there has none. @throws Error when a description does not fit */
export async function listAdded(folder: string): Promise<AddedPadNet[]> {
  const names = (await readdir(folder).catch(absent)) ?? []
  const descriptions = names.filter((name) => name.endsWith('.json') && name !== choiceFile).sort()
  return Promise.all(descriptions.map((name) => readAdded(folder, name.slice(0, -'.json'.length))))
}

/** The net that judges liveness in place of the packaged ones; null: they do. @throws EngineError model_missing, model_damaged */
export async function padNetInUse(folder: string): Promise<AddedPadNet | null> {
  const text = await readFile(join(folder, choiceFile), 'utf8').catch(absent)
  const name = text ? choice.parse(JSON.parse(text)).pad : null
  if (name === null) return null
  const net = await readAdded(folder, name)
  await verifyFile(net.path, net.sha256)
  return net
}

/** Copies a net into the folder. @throws Error when another is called so, also the same weights described otherwise */
export async function storeNet(folder: string, description: PadDescription, onnx: Buffer): Promise<void> {
  const { name } = description
  const known = (await listAdded(folder)).find((net) => net.name === name)
  const { path: _path, ...before } = known ?? { path: '', ...description }
  if (!isDeepStrictEqual(before, description)) throw new Error(`Another net is called ${name}.`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replace(onnxPath(folder, name), onnx)
  await replace(join(folder, `${name}.json`), `${JSON.stringify(description, null, 2)}\n`)
}

/** From the next start of an engine on, this net judges liveness; null: the packaged ones. */
export async function choosePadNet(folder: string, name: string | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replace(join(folder, choiceFile), `${JSON.stringify({ pad: name })}\n`)
}

/** SHA-256 of bytes, hex. */
export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readAdded(folder: string, name: string): Promise<AddedPadNet> {
  const path = join(folder, `${name}.json`)
  try {
    return { ...readDescription(await readFile(path, 'utf8')), path: onnxPath(folder, name) }
  } catch (cause) {
    throw new Error(`The added net ${name} cannot be used (${path}).`, { cause })
  }
}

function onnxPath(folder: string, name: string): string {
  return join(folder, `${name}.onnx`)
}

/** Never half of it: a server may start at this moment. */
async function replace(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, path)
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error
  return null
}
