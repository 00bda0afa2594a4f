import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../engine/types.ts'
import type { Capture } from '../evaluation/labelled-folder.ts'
import type { JudgedCapture } from '../evaluation/pad-report.ts'
import { forEachPicture } from './pictures.ts'

/** The liveness of labelled captures. A picture that cannot be read is not judged, as in the server. */
export function judgeCaptures(
  engine: Engine,
  folder: string,
  captures: readonly Capture[],
): Promise<JudgedCapture[]> {
  return forEachPicture(engine, captures, async (capture) => {
    try {
      const { subject } = await engine.analyse(await readFile(join(folder, capture.path)), {
        want: { liveness: true, traits: false, template: false },
      })
      const liveness = subject?.liveness
      if (!liveness) return { ...capture, score: null, reason: 'no_face' }
      return liveness.judged
        ? { ...capture, score: liveness.score, reason: null }
        : { ...capture, score: null, reason: liveness.reason }
    } catch {
      return { ...capture, score: null, reason: 'unreadable' }
    }
  })
}
