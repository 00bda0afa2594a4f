/** The tarball of `npm pack`, as a stranger has it: unpacked below an empty folder, beside what runs and nothing else. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { join, resolve } from 'node:path'

interface Locked {
  dev?: boolean
  devOptional?: boolean
}

/**
 * Packs what was built and installs it.
 * @param folder an empty one outside the project, or Node.js would find the project's own packages
 * @returns the folder of the installed package
 */
export function installPacked(folder: string): string {
  const installed = unpackPacked(folder)
  linkPackages(folder, ({ dev, devOptional }) => !dev && !devOptional)
  // As `liveface models build` makes them, out of packages, one of which would be fetched.
  cpSync('.cache/models', join(installed, '.cache', 'models'), { recursive: true })
  return installed
}

/**
 * The same beside links to every package of the project, which is done at once: for who does not ask what is missing.
 * @returns the folder of the installed package
 */
export function installPackedQuickly(folder: string): string {
  const installed = unpackPacked(folder)
  for (const name of readdirSync('node_modules')) {
    if (!name.startsWith('.')) symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name))
  }
  const models = join(installed, '.cache', 'models')
  cpSync('.cache/models', models, { recursive: true })
  // Another user may run it than the one who compiled them.
  chmodSync(models, 0o755)
  for (const name of readdirSync(models)) chmodSync(join(models, name), 0o644)
  return installed
}

function unpackPacked(folder: string): string {
  // Without prepack, which could build under other tests that run what is built: test/setup.test.ts has it.
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      shell: process.platform === 'win32',
    }),
  )
  const installed = join(folder, 'node_modules', 'liveface')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1'])
  return installed
}

/** The packages of the lock file that are wanted, and are here: not those of other systems. */
export function linkPackages(folder: string, isWanted: (entry: Locked, place: string) => boolean): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, Locked>
  }
  for (const [place, entry] of Object.entries(packages)) {
    if (place && existsSync(place) && isWanted(entry, place)) linkTree(resolve(place), join(folder, place))
  }
}

/** One package without those inside it, which have places of their own. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const item of readdirSync(from, { withFileTypes: true })) {
    if (item.name === 'node_modules') continue
    const [source, target] = [join(from, item.name), join(to, item.name)]
    if (item.isDirectory()) linkTree(source, target)
    else if (item.isFile()) linkFile(source, target)
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch (error) {
    // The temporary folder may lie on another disk.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    copyFileSync(source, target)
  }
}
