/**
 * Judges a few pictures of every source with the shipped net, through the whole engine. The scores are committed
 * (shipped.csv), so that a test sees when the same bytes are judged otherwise.
 *
 *     npx tsx training/pad/shipped.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSessions } from '../../src/engine/models/index.ts'
import { createPipeline } from '../../src/engine/pipeline.ts'
import { pipelineNets } from '../../src/engine/pipeline-nets.ts'
import { sharedDirectory } from '../../test/support/shared.ts'
import { subset } from './pictures.ts'

const shared = sharedDirectory()
if (!shared) throw new Error('The pictures are not here: set LIVEFACE_SHARED.')
const data = join(shared, 'data')
const sessions = await openSessions(pipelineNets)
const pipeline = createPipeline(sessions)
const lines = ['path,label,score,reason']
for (const { path, bonafide } of subset(data)) {
  const { subject } = await pipeline.analyse(readFileSync(join(data, path)), {
    want: { template: false, traits: false },
  })
  const liveness = subject?.liveness
  if (!liveness) continue
  const score = liveness.judged ? liveness.score.toFixed(4) : ''
  lines.push([path, bonafide ? 1 : 0, score, liveness.judged ? '' : liveness.reason].join(','))
}
writeFileSync(join(import.meta.dirname, 'shipped.csv'), `${lines.join('\n')}\n`)
await sessions.close()
