import { setTimeout as sleep } from 'node:timers/promises'
import { threadId, workerData } from 'node:worker_threads'
import { EngineError, PictureError } from '../../src/engine/errors.ts'
import { capture } from '../../src/engine/outcome.ts'
import type { WorkerCall } from '../../src/engine/pool.ts'

export type ToyTask =
  | { kind: 'echo'; bytes: Uint8Array }
  | { kind: 'sleep'; ms: number }
  | { kind: 'hang' }
  | { kind: 'exit' }
  | { kind: 'throw'; what: 'picture' | 'engine' | 'other' | 'uncaught' }

/** A worker that does what the pool must survive. */
export default function work(call: WorkerCall<ToyTask>) {
  return capture(async () => {
    if ('prepare' in call) {
      if ((workerData as { failToPrepare?: boolean }).failToPrepare)
        throw new EngineError('model_missing', 'toy.onnx')
      return null
    }
    return perform(call.task)
  })
}

async function perform(task: ToyTask): Promise<unknown> {
  if (task.kind === 'echo') return { threadId, bytes: task.bytes }
  if (task.kind === 'sleep') return sleep(task.ms)
  if (task.kind === 'hang') for (;;) Math.random()
  if (task.kind === 'exit') process.exit(3)
  if (task.what === 'picture') throw new PictureError('picture_damaged')
  if (task.what === 'engine') throw new EngineError('model_damaged', 'toy.onnx')
  if (task.what === 'other') throw new TypeError('a mistake of ours')
  setImmediate(() => {
    throw new Error('nobody caught this')
  })
  return sleep(1000)
}
