/** Where the master key comes from when it does not lie in the data folder. */
import { spawnSync } from 'node:child_process'
import { type KeySource, MasterKeyError } from './master-key.ts'

/** What a command may take, in milliseconds: a key management service answers over the network. */
const longestCall = 30_000

/** The source that the settings name; null where the key lies in the data folder. */
export function findKeySource(config: {
  masterKey?: string | undefined
  masterKeyCommand?: string | undefined
}): KeySource | null {
  if (config.masterKeyCommand) return keyCommand(config.masterKeyCommand)
  return config.masterKey ? givenKey(config.masterKey) : null
}

/** @param encoded as LIVEFACE_MASTER_KEY has it */
export function givenKey(encoded: string): KeySource {
  return { name: 'LIVEFACE_MASTER_KEY', read: () => encoded }
}

/** Runs `command` in a shell, once; what it says on standard error reaches the operator. */
function keyCommand(command: string): KeySource {
  const name = 'LIVEFACE_MASTER_KEY_COMMAND'
  let known: string | null = null
  return {
    name,
    read() {
      known ??= run(command, name)
      return known
    },
  }
}

function run(command: string, name: string): string {
  const { status, signal, stdout, error } = spawnSync(command, {
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestCall,
  })
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ETIMEDOUT') throw new MasterKeyError(`${name} did not end within ${longestCall / 1000} s.`)
  if (error) throw new MasterKeyError(`${name} cannot be run (${code}).`, { cause: error })
  if (status !== 0)
    throw new MasterKeyError(`${name} failed: it ended with ${signal ?? `exit code ${status}`}.`)
  return stdout
}
