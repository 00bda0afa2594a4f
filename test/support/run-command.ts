import { Command } from 'commander'
import { vi } from 'vitest'

/** What a command printed and how it ended. */
export interface CommandOutcome {
  status: number
  stdout: string
  stderr: string
  /** What ended it; null when it ran through. */
  error: Error | null
}

/** Runs one of our commands in this process, as src/cli.ts does: starting Node for each would take a minute. */
export async function runCommand(commands: Command[], args: string[]): Promise<CommandOutcome> {
  const program = new Command('liveface')
  for (const command of commands) program.addCommand(command)
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().configureOutput({ writeErr: () => {} })
  }
  let stdout = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return { status: Number(process.exitCode ?? 0), stdout, stderr: '', error: null }
  } catch (error) {
    return { status: 2, stdout, stderr: (error as Error).message, error: error as Error }
  } finally {
    write.mockRestore()
    process.exitCode = 0
  }
}
