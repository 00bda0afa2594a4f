/**
 * Preloaded into every process below a test by NODE_OPTIONS; acts in the engine's real workers alone. A picture that ends
 * in `PLANTED:kind` makes native code misbehave in the place of the first net that is run on it.
 */
import { createRequire } from 'node:module'

if (process.send && /picture-worker\.[jt]s$/.test(process.argv[1] ?? '')) plant()

function plant() {
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node')
  let fault = null
  // Ahead of the worker's own listener, which it must not replace: messages begin to flow with the first one.
  const onNewListener = (event) => {
    if (event !== 'message') return
    process.off('newListener', onNewListener)
    process.on('message', ({ task }) => {
      const end = Buffer.from(task?.bytes?.subarray(-32) ?? []).toString('latin1')
      fault = /PLANTED:(\w+)$/.exec(end)?.[1] ?? null
    })
  }
  process.on('newListener', onNewListener)
  const run = InferenceSession.prototype.run
  InferenceSession.prototype.run = function (...given) {
    if (!fault) return run.apply(this, given)
    process.env.PLANTED_FAULT = fault
    process.dlopen({ exports: {} }, process.env.PLANTED_ADDON)
    throw new Error('The planted fault did not come.')
  }
}
