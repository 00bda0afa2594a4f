import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError, PictureError } from '../../src/engine/errors.ts'
import { answerCalls } from '../../src/engine/workers/answer-calls.ts'

export interface ToyOptions {
  failToOpen?: boolean
}

export type ToyTask =
  | { kind: 'echo'; bytes: Uint8Array }
  | { kind: 'environment' }
  | { kind: 'sleep'; ms: number }
  | { kind: 'hang' }
  | { kind: 'exit' }
  | { kind: 'hoard'; bytes: number }
  | { kind: 'throw'; what: 'picture' | 'engine' | 'other' | 'uncaught' }

/** A worker without nets that does what the pool must survive. */
answerCalls<ToyOptions, ToyTask>(async ({ failToOpen }) => {
  if (failToOpen) throw new EngineError('model_missing', 'toy.onnx')
  return perform
})

async function perform(task: ToyTask): Promise<unknown> {
  if (task.kind === 'echo') return { pid: process.pid, bytes: task.bytes }
  if (task.kind === 'environment') return process.env
  if (task.kind === 'sleep') return sleep(task.ms)
  if (task.kind === 'hang') for (;;) Math.random()
  if (task.kind === 'exit') process.exit(3)
  if (task.kind === 'hoard') {
    const hoard = Buffer.alloc(task.bytes, 1)
    await sleep(60_000)
    return hoard.length
  }
  if (task.what === 'picture') throw new PictureError('picture_damaged')
  if (task.what === 'engine') throw new EngineError('model_damaged', 'toy.onnx')
  if (task.what === 'other') throw new TypeError('a mistake of ours')
  setImmediate(() => {
    throw new Error('nobody caught this')
  })
  return sleep(1000)
}
