import { readdir, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Engine } from '../engine/types.ts'
import { createProgress } from './terminal.ts'

const endings = new Set(['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff', '.heic', '.heif'])

/**
 * The picture files that `paths` name: a file as it is, a folder with every picture below it, sorted.
 * @throws when a path does not exist or no picture is found
 */
export async function findPictures(paths: string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const facts = await stat(path).catch(() => {
      throw new Error(`There is no file or folder ${path}.`)
    })
    if (facts.isFile()) found.push(path)
    else found.push(...(await picturesBelow(path)))
  }
  if (found.length === 0) throw new Error('No picture was found.')
  return found
}

async function picturesBelow(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true })
  return names
    .filter((name) => endings.has(extname(name).toLowerCase()))
    .sort()
    .map((name) => join(directory, name))
}

/** The pictures below a folder, as paths from there with slashes. @throws as findPictures */
export async function picturesFrom(folder: string): Promise<string[]> {
  const files = await findPictures([folder])
  return files.map((file) => relative(folder, file).split(sep).join('/'))
}

/**
 * Does `work` for each of the pictures, as many at once as the engine has workers, so that memory does not grow with the
 * folder, and shows on a terminal how far it is.
 * @returns the results in the order of `files`
 */
export async function forEachPicture<File, T>(
  engine: Pick<Engine, 'stats'>,
  files: readonly File[],
  work: (file: File) => Promise<T>,
): Promise<T[]> {
  const progress = createProgress(files.length)
  const results: T[] = []
  const queue = files.entries()
  const lanes = Array.from({ length: engine.stats().workers }, async () => {
    for (const [index, file] of queue) {
      results[index] = await work(file)
      progress.step()
    }
  })
  await Promise.all(lanes)
  return results
}
