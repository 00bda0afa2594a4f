import { type FileHandle, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Encrypted pictures by id, in a folder or in an object store. */
export interface EvidenceFiles {
  /** Writes a file whole and durably, or not at all. */
  write(id: string, bytes: Uint8Array): Promise<void>
  /** @returns null when there is no such file */
  read(id: string): Promise<Buffer | null>
  /** Deletes a file; none is fine too. */
  remove(id: string): Promise<void>
  /** Ids of files last changed before `before` (Unix ms), at most 500 at a time. */
  older(before: number): AsyncGenerator<string[]>
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

export const isEvidenceId = (name: string): boolean => idPattern.test(name)

/**
 * Where a picture is within the place of all: `<first two hex digits>/<id>`, so that no folder grows huge.
 * @throws RangeError when `id` is no UUID
 */
export function evidencePath(id: string): string {
  // Ids reach us in URLs too: nothing but a UUID may become a path.
  if (!isEvidenceId(id)) throw new RangeError('An evidence id must be a UUID.')
  return `${id.slice(0, 2)}/${id}`
}

export function createEvidenceFiles(directory: string): EvidenceFiles {
  const pathOf = (id: string) => join(directory, evidencePath(id))

  /** Opens a new file, in a folder that is made when it is missing. */
  async function create(path: string): Promise<FileHandle> {
    try {
      return await open(path, 'wx', 0o600)
    } catch (error) {
      if (!isMissing(error)) throw error
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await syncFolder(directory)
      return open(path, 'wx', 0o600)
    }
  }

  return {
    async write(id, bytes) {
      const path = pathOf(id)
      // No draft that is renamed: a file that a crash cut short has no row, so nobody reads it, and it is swept.
      const file = await create(path)
      try {
        await file.writeFile(bytes)
        // The name is durable only once its folder is. The disk does both at once.
        await Promise.all([file.datasync(), syncFolder(dirname(path))])
      } catch (error) {
        await unlink(path).catch(() => {})
        throw error
      } finally {
        await file.close()
      }
    },

    async read(id) {
      try {
        return await readFile(pathOf(id))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    async remove(id) {
      try {
        await unlink(pathOf(id))
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },

    async *older(before) {
      for (const folder of await names(directory)) {
        let old: string[] = []
        for (const name of await names(join(directory, folder))) {
          const path = join(directory, folder, name)
          const facts = await stat(path).catch(() => null)
          if (!facts?.isFile() || facts.mtimeMs >= before) continue
          if (isEvidenceId(name)) old.push(name)
          if (old.length < 500) continue
          yield old
          old = []
        }
        if (old.length > 0) yield old
      }
    },
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
