/** The module each worker process runs: opens one set of sessions, then works on one picture at a time. */
import type { AddedPadNet } from '../added/folder.ts'
import { openPadNet } from '../added/pad-net.ts'
import { openSessions } from '../models/index.ts'
import { redrawPicture } from '../picture/redraw.ts'
import { createPipeline, type PipelineCall, type PipelineOptions } from '../pipeline.ts'
import { pipelineNets } from '../pipeline-nets.ts'
import type { FaceReport } from '../types.ts'
import { answerCalls } from './answer-calls.ts'

export interface PictureWorkerOptions extends PipelineOptions {
  /** Where compiled models are kept. */
  modelsDirectory?: string
  /** An added net that judges liveness; null: the packaged ones do. */
  pad: AddedPadNet | null
}

/** `analyse` is answered with a report, `redraw` with the bytes of a JPEG. */
export type PictureTask = { bytes: Uint8Array } & (
  | { kind: 'analyse'; call: PipelineCall }
  | { kind: 'redraw'; longestSide: number }
)
export type PictureResult = FaceReport | Uint8Array

answerCalls<PictureWorkerOptions, PictureTask>(async ({ modelsDirectory, pad, ...options }) => {
  const sessions = await openSessions(pipelineNets, modelsDirectory)
  const pipeline = createPipeline(sessions, options, pad && (await openPadNet(pad)))
  return (task): Promise<PictureResult> =>
    task.kind === 'analyse'
      ? pipeline.analyse(task.bytes, task.call)
      : redrawPicture(task.bytes, { ...options, longestSide: task.longestSide })
})
