/** The thread that brings SQLite's log into its file, over a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointOrder, CheckpointReport } from './checkpoints.ts'
import { openConnection } from './sqlite.ts'

/**
 * The log starts over only when all of it has been brought over. Commits that came meanwhile are few, and are mostly
 * brought over before the next.
 */
const maxRounds = 5

const connection = openConnection(workerData.file)

function checkpoint(): void {
  for (let round = 0; round < maxRounds; round++) {
    const [outcome] = connection.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[]
    if (!outcome || outcome.checkpointed >= outcome.log) return
  }
}

/** Waits for no other reader: the connection that asked stands still meanwhile, and asks again. */
function empty(): CheckpointReport {
  connection.pragma('busy_timeout = 50')
  try {
    const [outcome] = connection.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return { emptied: outcome?.busy === 0 }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

const report = (outcome: CheckpointReport) => parentPort?.postMessage(outcome)

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'checkpoint') {
    checkpoint()
    return report('done')
  }
  if (order === 'empty') return report(empty())
  connection.close()
  parentPort?.close()
})
