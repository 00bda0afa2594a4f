import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a derived key is for. One purpose, one key: a leak of one opens nothing else. */
export type KeyPurpose = 'credentials' | 'evidence' | 'templates' | 'webhooks' | 'links'

/** The one secret of an installation, from which every other key is derived. */
export interface MasterKey {
  /** 32 bytes for one purpose (HKDF-SHA256). */
  derive(purpose: KeyPurpose): Buffer
  /** Keyed digest of a credential's secret part, hex. */
  digest(secret: string): string
}

/** The master key is missing, malformed or unreadable. The message names the place, never the key. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/**
 * Takes the key from `encoded` (base64 of 32 bytes) or from `master.key` in `directory`, which is
 * created with mode 600 on the first start.
 * @throws MasterKeyError
 */
export function openMasterKey(directory: string, encoded?: string): MasterKey {
  return fromBytes(encoded ? decode(encoded, 'LIVEFACE_MASTER_KEY') : readOrCreate(directory))
}

function fromBytes(root: Buffer): MasterKey {
  const derive = (purpose: KeyPurpose) => Buffer.from(hkdfSync('sha256', root, '', `liveface/${purpose}`, 32))
  const credentials = derive('credentials')
  return {
    derive,
    digest: (secret) => createHmac('sha256', credentials).update(secret).digest('hex'),
  }
}

function readOrCreate(directory: string): Buffer {
  const file = join(directory, 'master.key')
  mkdirSync(directory, { recursive: true })
  try {
    return decode(readFileSync(file, 'utf8').trim(), file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  // A link appears whole or not at all, so a server and a `keys` command that start together
  // agree on one key, and a crash leaves no half-written one.
  const draft = join(directory, `master.key.${process.pid}.${randomBytes(4).toString('hex')}`)
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return decode(readFileSync(file, 'utf8').trim(), file)
}

function decode(encoded: string, place: string): Buffer {
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length !== 32) throw new MasterKeyError(`${place} must hold 32 bytes in base64.`)
  return bytes
}
