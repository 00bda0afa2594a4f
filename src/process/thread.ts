import { Worker } from 'node:worker_threads'

/**
 * Runs a module of ours on a thread of its own, which does not keep the process alive.
 * @param beside `import.meta.url` of a module in the same folder
 * @param name of the module's file, without its ending
 */
export function startThread(beside: string, name: string, workerData: unknown): Worker {
  const typescript = beside.endsWith('.ts')
  const file = new URL(`./${name}${typescript ? '.ts' : '.js'}`, beside)
  // Under tsx or vitest the thread must first learn to load TypeScript; `execArgv` comes too late for that.
  const learn = `import('tsx/esm/api').then(({ register }) => { register(); import(${JSON.stringify(file.href)}) })`
  const thread = new Worker(typescript ? learn : file, { eval: typescript, workerData })
  thread.unref()
  return thread
}
