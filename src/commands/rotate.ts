import { Command } from 'commander'
import { findKeySource } from '../access/key-source.ts'
import { rewrapAll } from '../installation/rotation.ts'
import { tryEvidenceStore } from '../records/evidence-store.ts'
import { withPlatform } from './platform.ts'
import { readSettings } from './settings.ts'
import { counted } from './terminal.ts'

/** `liveface keys rotate`: a new master key, and everything wrapped under it. */
export function rotateCommand(): Command {
  return new Command('rotate')
    .description(
      'Make a new master key and wrap every other key under it. Restart the servers afterwards, then run it once more with --rewrap-only.',
    )
    .option('--rewrap-only', 'make no new key: wrap what is still under an old one')
    .action((options: { rewrapOnly?: true }) => rotate(options))
}

async function rotate({ rewrapOnly }: { rewrapOnly?: true }): Promise<void> {
  // A key that a setting gives can't be added here: its owner puts a new one before it and re-wraps.
  const newKey = !rewrapOnly && !isList(findKeySource(readSettings())?.read() ?? '')
  const { counts, id } = await withPlatform(
    async (platform) => {
      const { database, masterKey, place } = platform
      const counts = await rewrapAll(database, masterKey, platform)
      // The mark of its owner names the key, and the old one may be taken away after this.
      if (place.store) await tryEvidenceStore(place.store.objects, platform)
      return { counts, id: masterKey.id }
    },
    { newKey },
  )
  const rewrapped = [
    counted(counts.pictures, 'picture'),
    counted(counts.galleries, 'gallery', 'galleries'),
    counted(counts.webhookSecrets, 'webhook secret'),
    counted(counts.signatureKeys, 'signature key'),
    counted(counts.totpSecrets, 'authenticator secret'),
    counted(counts.challengePhotos, 'challenge photo'),
    counted(counts.measurements, 'measured check'),
  ]
  process.stdout.write(`The master key is ${id}. Rewrapped: ${rewrapped.join(', ')}.\n`)
}

function isList(encoded: string): boolean {
  return encoded.split(/[\s,]+/).filter(Boolean).length > 1
}
