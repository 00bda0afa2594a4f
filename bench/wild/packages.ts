/** Debian packages that contain pictures. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = resolve(process.env.LIVEFACE_WILD ?? '.cache/wild')

/** Where a package lies unpacked: fetched with apt-get on first use, under its own name in LIVEFACE_WILD. */
export function unpacked(name: string): string {
  const target = join(folder, name)
  if (existsSync(target)) return target
  mkdirSync(folder, { recursive: true })
  execFileSync('apt-get', ['download', name], { cwd: folder, stdio: 'inherit' })
  const file = readdirSync(folder).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'))
  if (!file) throw new Error(`apt-get left no ${name}_*.deb in ${folder}.`)
  // Under its own name only once it is whole.
  const part = `${target}.part`
  rmSync(part, { recursive: true, force: true })
  execFileSync('dpkg-deb', ['-x', join(folder, file), part])
  renameSync(part, target)
  rmSync(join(folder, file))
  return target
}

/** Files below a folder whose path matches, in a fixed order. */
export function picturesIn(root: string, pattern: RegExp): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => join(root, path))
}

/** `count` of them, spread evenly over the list. */
export function spread<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, list.length / count)
  return Array.from({ length: Math.min(count, list.length) }, (_, index) => list[Math.floor(index * step)]!)
}
