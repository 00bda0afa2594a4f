import { Command } from 'commander'
import { moveEvidence } from '../records/evidence-objects.ts'
import { withPlatform } from './platform.ts'

/** `liveface evidence`: where kept pictures lie. */
export function evidenceCommand(): Command {
  const evidence = new Command('evidence').description('Where kept pictures lie.')
  evidence
    .command('move')
    .description(
      'Move the pictures of the data folder into the store that LIVEFACE_EVIDENCE_URL names, while servers that have ' +
        'this setting go on working; run it again when it was cut off.',
    )
    .option('--to-folder', 'the other way round')
    .action(move)
  return evidence
}

async function move({ toFolder = false }: { toFolder?: boolean }): Promise<void> {
  const count = await withPlatform(async ({ place, database, audit }) => {
    const { folder, store } = place
    if (!store)
      throw new Error('LIVEFACE_EVIDENCE_URL names no store: set it, and LIVEFACE_S3_... as for the servers.')
    const moved = await (toFolder ? moveEvidence(store.files, folder) : moveEvidence(folder, store.files))
    await database.transaction().execute((transaction) =>
      audit.append(transaction, {
        actor: 'operator',
        clientId: null,
        action: 'evidence.moved',
        subject: toFolder ? 'folder' : 'store',
        details: { pictures: moved },
      }),
    )
    return moved
  })
  process.stdout.write(`Moved ${count} pictures ${toFolder ? 'into the data folder' : 'into the store'}.\n`)
}
