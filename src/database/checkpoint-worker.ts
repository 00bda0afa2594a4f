/** The thread that brings SQLite's log into its file, over a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointOrder } from './checkpoints.ts'
import { openConnection } from './sqlite.ts'

/**
 * The log begins anew only when all of it has been brought over. Commits that came meanwhile are few, and are mostly
 * brought over before the next.
 */
const mostRounds = 5

const connection = openConnection(workerData.file)

function checkpoint(): void {
  for (let round = 0; round < mostRounds; round++) {
    const [outcome] = connection.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[]
    if (!outcome || outcome.checkpointed >= outcome.log) return
  }
}

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'checkpoint') {
    checkpoint()
    parentPort?.postMessage('done')
    return
  }
  connection.close()
  parentPort?.close()
})
