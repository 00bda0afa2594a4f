#!/usr/bin/env node
/** The `liveface` command. Exit codes: 0 done and positive, 1 done and negative, 2 wrong use or failure. */
import { Command, CommanderError } from 'commander'
import { auditCommand } from './commands/audit.ts'
import { backupCommand } from './commands/backup.ts'
import { calibrateCommand } from './commands/calibrate.ts'
import { checkCommand } from './commands/check.ts'
import { checksCommand } from './commands/checks.ts'
import { clientsCommand } from './commands/clients.ts'
import { doctorCommand } from './commands/doctor.ts'
import { eraseCommand } from './commands/erase.ts'
import { evalCommand } from './commands/eval.ts'
import { evidenceCommand } from './commands/evidence.ts'
import { exportCommand } from './commands/export.ts'
import { galleryCommand } from './commands/gallery.ts'
import { keysCommand } from './commands/keys.ts'
import { matchCommand } from './commands/match.ts'
import { migrateCommand } from './commands/migrate.ts'
import { modelsCommand } from './commands/models.ts'
import { restoreCommand } from './commands/restore.ts'
import { serveCommand } from './commands/serve.ts'
import { usersCommand } from './commands/users.ts'
import { version } from './version.ts'

// Whatever is made is its owner's alone.
process.umask(0o077)

// `liveface keys list | head` closes the pipe before everything is written: nobody reads on, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const program = new Command('liveface')
  .description('Face liveness and face match on your own machine.')
  .version(version)
  .addCommand(serveCommand())
  .addCommand(checkCommand())
  .addCommand(matchCommand())
  .addCommand(evalCommand())
  .addCommand(calibrateCommand())
  .addCommand(keysCommand())
  .addCommand(clientsCommand())
  .addCommand(usersCommand())
  .addCommand(galleryCommand())
  .addCommand(eraseCommand())
  .addCommand(exportCommand())
  .addCommand(evidenceCommand())
  .addCommand(checksCommand())
  .addCommand(auditCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(migrateCommand())
  .addCommand(modelsCommand())
  .addCommand(doctorCommand())

// Commander itself exits with 1 on wrong use, which would look like a negative verdict.
for (const command of [program, ...program.commands]) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    process.stderr.write(`liveface: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 2
  }
}
