#!/usr/bin/env node
/** The `liveface` command. Exit codes: 0 done and positive, 1 done and negative, 2 wrong use or failure. */
import { Command, CommanderError } from 'commander'
import { version } from './version.ts'

/** Each loads what it needs and nothing else: all of them together take a second of processor time. */
const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  match: async () => (await import('./commands/match.ts')).matchCommand(),
  eval: async () => (await import('./commands/eval.ts')).evalCommand(),
  calibrate: async () => (await import('./commands/calibrate.ts')).calibrateCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  clients: async () => (await import('./commands/clients.ts')).clientsCommand(),
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
  users: async () => (await import('./commands/users.ts')).usersCommand(),
  gallery: async () => (await import('./commands/gallery.ts')).galleryCommand(),
  erase: async () => (await import('./commands/erase.ts')).eraseCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  evidence: async () => (await import('./commands/evidence.ts')).evidenceCommand(),
  checks: async () => (await import('./commands/checks.ts')).checksCommand(),
  audit: async () => (await import('./commands/audit.ts')).auditCommand(),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(),
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
}

// Whatever is made is its owner's alone.
process.umask(0o077)

const [named = ''] = process.argv.slice(2)

// `liveface keys list | head` closes the pipe before everything is written: nobody reads on, which is no failure. A server
// goes on: it has other things to do than to be read, and an end with 0 would be final to its supervisor.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  if (named !== 'serve') process.exit()
})

const program = new Command('liveface')
  .description('Face liveness and face match on your own machine.')
  .version(version)

// Help and the answer to a slip of the keyboard name them all.
const wanted = Object.hasOwn(commands, named) ? [named] : Object.keys(commands)
for (const name of wanted) program.addCommand(await commands[name]!())

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
