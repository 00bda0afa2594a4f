import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a derived key is for. One purpose, one key: a leak of one opens nothing else. */
export type KeyPurpose =
  | 'credentials'
  | 'evidence'
  | 'templates'
  | 'webhooks'
  | 'links'
  | 'audit'
  | 'persons'
  | 'answers'
  | 'imprints'

/**
 * The one secret of an installation, from which every other key is derived. After a rotation the
 * retired keys stay at hand, to open and to recognise what was made under them.
 */
export interface MasterKey {
  /** Public name of the current key, 8 hex digits. */
  readonly id: string
  /** Names of the keys at hand, the current one first. */
  ids(): string[]
  /** Whether the key of this name is at hand, current or retired. */
  has(id: string): boolean
  /**
   * 32 bytes for one purpose (HKDF-SHA256), of the current key or of the one named.
   * @throws MasterKeyError when no key has this id
   */
  derive(purpose: KeyPurpose, id?: string): Buffer
  /** Keyed digest of a credential's secret part, hex, under the current key. */
  digest(secret: string): string
  /** The digests of `secret` under every key, current first. */
  digests(secret: string): string[]
}

/** Gives the master key where it does not lie in the data folder: a setting, or a key management service. */
export interface KeySource {
  /** As messages name it: the setting that leads to it. */
  readonly name: string
  /**
   * The keys in base64, the current one first, separated by white space or commas.
   * @throws MasterKeyError when they cannot be had
   */
  read(): string
}

/** The master key is missing, malformed or unreadable. The message names the place, never the key. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/**
 * Takes the key from `source` or from `master.key` in `directory`, which is created with mode 600 on
 * the first start. Either holds 32 bytes in base64; after a rotation several of them, the current one
 * first, separated by white space or commas.
 * @throws MasterKeyError
 */
export function openMasterKey(directory: string, source?: KeySource | null): MasterKey {
  return findMasterKey(directory, source) ?? fromRoots(create(directory), () => read(directory) ?? [])
}

/** The same, but makes no key. @returns null when there is none. @throws MasterKeyError */
export function findMasterKey(directory: string, source?: KeySource | null): MasterKey | null {
  if (source) return fromRoots(decode(source.read(), source.name))
  const roots = read(directory)
  return roots && fromRoots(roots, () => read(directory) ?? roots)
}

/** Where the key is kept when no source gives it. */
export function masterKeyFile(directory: string): string {
  return join(directory, 'master.key')
}

/**
 * Puts a new random key before the others in `master.key`. Nothing is under it yet: re-wrap next.
 * @returns the master key as a process sees it that opens it now
 * @throws MasterKeyError when the key comes from a source, which only its owner can change
 */
export function addMasterKey(directory: string, source?: KeySource | null): MasterKey {
  if (source) {
    throw new MasterKeyError(
      `The master key comes from ${source.name}: put a new one before it, separated by a comma, and rotate again.`,
    )
  }
  const roots = [randomBytes(32), ...(read(directory) ?? create(directory))]
  const draft = writeDraft(directory, roots)
  renameSync(draft, masterKeyFile(directory))
  return openMasterKey(directory)
}

/** @param reread reads the file again, for keys added by another process since it was opened */
function fromRoots(first: Buffer[], reread?: () => Buffer[]): MasterKey {
  let ring = new Map(first.map((root) => [nameOf(root), root]))
  const current = first[0] as Buffer
  const currentId = nameOf(current)
  const cache = new Map<string, Buffer>()

  function find(id: string): Buffer | undefined {
    if (!ring.has(id) && reread) ring = new Map(reread().map((root) => [nameOf(root), root]))
    return ring.get(id)
  }

  function rootOf(id: string): Buffer {
    const root = find(id)
    if (!root) throw new MasterKeyError(`No master key is named ${id}.`)
    return root
  }

  function derive(purpose: KeyPurpose, id = currentId): Buffer {
    const name = `${id}/${purpose}`
    const known = cache.get(name)
    if (known) return known
    const key = Buffer.from(hkdfSync('sha256', rootOf(id), '', `liveface/${purpose}`, 32))
    cache.set(name, key)
    return key
  }

  const ids = () => [currentId, ...[...ring.keys()].filter((id) => id !== currentId)]

  const digest = (secret: string, id?: string) =>
    createHmac('sha256', derive('credentials', id)).update(secret).digest('hex')

  return {
    id: currentId,
    ids,
    has: (id) => find(id) !== undefined,
    derive,
    digest: (secret) => digest(secret),
    digests: (secret) => ids().map((id) => digest(secret, id)),
  }
}

/** A key's public name: derived like the keys themselves, so it reveals nothing about them. */
function nameOf(root: Buffer): string {
  return Buffer.from(hkdfSync('sha256', root, '', 'liveface/name', 4)).toString('hex')
}

/** @returns null when there is no file */
function read(directory: string): Buffer[] | null {
  const file = masterKeyFile(directory)
  try {
    return decode(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof MasterKeyError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new MasterKeyError(`${file} cannot be read (${code}).`, { cause: error })
  }
}

function create(directory: string): Buffer[] {
  const file = masterKeyFile(directory)
  try {
    mkdirSync(directory, { recursive: true })
    // A link appears whole or not at all, so a server and a `keys` command that start together
    // agree on one key, and a crash leaves no half-written one.
    const draft = writeDraft(directory, [randomBytes(32)])
    try {
      linkSync(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      unlinkSync(draft)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new MasterKeyError(`${file} cannot be made: is the folder writable? (${code})`, { cause: error })
  }
  return decode(readFileSync(file, 'utf8'), file)
}

function writeDraft(directory: string, roots: Buffer[]): string {
  const draft = join(directory, `master.key.${process.pid}.${randomBytes(4).toString('hex')}`)
  const lines = roots.map((root) => `${root.toString('base64')}\n`)
  writeFileSync(draft, lines.join(''), { mode: 0o600, flag: 'wx', flush: true })
  return draft
}

function decode(encoded: string, place: string): Buffer[] {
  const roots = encoded
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((text) => Buffer.from(text, 'base64'))
  if (roots.length === 0 || roots.some((root) => root.length !== 32)) {
    throw new MasterKeyError(`${place} must hold 32 bytes in base64.`)
  }
  return roots
}
