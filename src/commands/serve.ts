import { Command, Option } from 'commander'
import { flag } from '../config/types.ts'
import { supervise, supervisedOption } from './supervise.ts'

/** `liveface serve`: runs until SIGTERM or SIGINT, then lets requests in flight finish. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server. Settings come from the environment.')
    .addOption(new Option(supervisedOption).hideHelp())
    .action(start)
}

async function start({ supervised = false }: { supervised?: boolean }): Promise<void> {
  if (isToSupervise() && !supervised) process.exitCode = await supervise()
  else {
    // Not above: a supervisor that loaded the server as well would double the time of a start, and its own size.
    const { serve } = await import('./serving-process.ts')
    await serve(supervised)
  }
}

/** A value that is none is reported by the process that serves, like every other wrong setting. */
function isToSupervise(): boolean {
  const { data } = flag.safeParse(process.env.LIVEFACE_SUPERVISE || 'true')
  return data ?? true
}
