import { Command } from 'commander'
import { vi } from 'vitest'
import { clientsCommand } from '../../src/commands/clients.ts'
import { eraseCommand } from '../../src/commands/erase.ts'
import { exportCommand } from '../../src/commands/export.ts'
import { keysCommand } from '../../src/commands/keys.ts'

/** Runs a command of the `liveface` program in this process, with the test's environment. */
export async function liveface(...args: string[]) {
  const program = new Command('liveface')
    .addCommand(keysCommand())
    .addCommand(clientsCommand())
    .addCommand(eraseCommand())
    .addCommand(exportCommand())
  for (const command of [...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({ writeErr: () => {} })
  }
  let stdout = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return { status: Number(process.exitCode ?? 0), stdout }
  } finally {
    write.mockRestore()
    process.exitCode = 0
  }
}
