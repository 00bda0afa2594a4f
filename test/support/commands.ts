import { clientsCommand } from '../../src/commands/clients.ts'
import { eraseCommand } from '../../src/commands/erase.ts'
import { exportCommand } from '../../src/commands/export.ts'
import { keysCommand } from '../../src/commands/keys.ts'
import { type CommandOutcome, runCommand } from './run-command.ts'

/** Runs a command of the `liveface` program in this process, with the test's environment. @throws what ends it */
export async function liveface(...args: string[]): Promise<CommandOutcome> {
  const commands = [keysCommand(), clientsCommand(), eraseCommand(), exportCommand()]
  const outcome = await runCommand(commands, args)
  if (outcome.error) throw outcome.error
  return outcome
}
