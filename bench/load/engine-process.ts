/**
 * The engine alone in a process of its own: the same built code, workers and pictures as the server, no HTTP, no
 * database. Told what to measure and for how long, it answers with pictures per second.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { EngineOptions } from '../../src/engine/index.ts'
import type { AnalyseOptions, Engine } from '../../src/engine/types.ts'

interface Order {
  want: AnalyseOptions
  pictures: string[]
  seconds: number
}

export interface EngineProcess {
  /** Pictures per second with always two pictures per worker under way or waiting. */
  throughput(want: AnalyseOptions, pictures: readonly Buffer[], seconds: number): Promise<number>
  stop(): Promise<void>
}

export async function startEngineProcess(workers: number): Promise<EngineProcess> {
  const child = fork(import.meta.filename, [String(workers)], { execArgv: ['--import', 'tsx'] })
  await once(child, 'message')
  return {
    async throughput(want, pictures, seconds) {
      const order: Order = { want, pictures: pictures.map((bytes) => bytes.toString('base64')), seconds }
      child.send(order)
      const [answer] = (await once(child, 'message')) as [number]
      return answer
    },
    async stop() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

if (process.send && process.argv[1] === import.meta.filename) {
  const workers = Number(process.argv[2])
  const built = new URL('../../dist/engine/index.js', import.meta.url).href
  const { createEngine } = (await import(built)) as {
    createEngine(options: EngineOptions): Promise<Engine>
  }
  const engine = await createEngine({ workers })
  process.on('message', async ({ want, pictures, seconds }: Order) => {
    const files = pictures.map((text) => Buffer.from(text, 'base64'))
    const times: number[] = []
    const end = performance.now() + 1000 * seconds
    let next = 0
    const lane = async () => {
      while (performance.now() < end) {
        await engine.analyse(files[next++ % files.length]!, want)
        times.push(performance.now())
      }
    }
    await Promise.all(Array.from({ length: 2 * workers }, lane))
    // From the first to the last answer within the time: neither the start nor the last ones under way count.
    const within = times.filter((time) => time <= end)
    process.send!((1000 * (within.length - 1)) / (within.at(-1)! - within[0]!))
  })
  process.on('disconnect', () => engine.close())
  process.send('ready')
}
