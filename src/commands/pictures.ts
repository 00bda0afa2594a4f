import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

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
