/** The runs that the pipeline asks of the nets, recorded and replayed on bare onnxruntime sessions: the floor. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { findModels, type ModelSessions, type NetName, openSessions } from '../src/engine/models/index.ts'
import { sessionOptions } from '../src/engine/models/sessions.ts'
import type { Pixels } from '../src/engine/picture/pixels.ts'
import { createPipeline, type PipelineCall } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'

interface Run {
  name: NetName
  feeds: Record<string, Tensor>
}

export interface BareRuntime {
  /** Analyses a picture and keeps what it fed to which net. Pictures are numbered as they come. */
  record(pixels: Pixels, want: PipelineCall['want']): Promise<void>
  /** Feeds the same to the bare sessions; gives 1. */
  run(picture: number): Promise<number>
  /** Median milliseconds of one run of each net so far. */
  medians(): Record<string, number>
}

export async function bareRuntime(): Promise<BareRuntime> {
  const sessions = await openSessions(pipelineNets)
  const paths = await findModels(pipelineNets)
  const bare = new Map<NetName, InferenceSession>()
  for (const [name, path] of paths) {
    bare.set(name, await InferenceSession.create(path, sessionOptions))
  }
  const recorded: Run[][] = []
  const times: Record<string, number[]> = {}
  let current: Run[] = []
  const recorder: ModelSessions = {
    run: (name, input) => {
      const session = bare.get(name)!
      const inputs = input instanceof Float32Array ? { [session.inputNames[0]!]: input } : input
      const feeds = Object.entries(inputs as Record<string, Float32Array>).map(([key, data]) => {
        const port = session.inputMetadata.find((each) => each.name === key)
        const shape = port?.isTensor ? port.shape.slice(1).map(Number) : []
        const item = shape.reduce((product, size) => product * size, 1)
        return [key, new Tensor('float32', data.slice(), [data.length / item, ...shape])] as const
      })
      current.push({ name, feeds: Object.fromEntries(feeds) })
      return sessions.run(name, input)
    },
    close: () => sessions.close(),
  }
  const pipeline = createPipeline(recorder)
  return {
    record: async (pixels, want) => {
      current = []
      await pipeline.measure(pixels, want ? { want } : {})
      recorded.push(current)
    },
    run: async (picture) => {
      for (const { name, feeds } of recorded[picture]!) {
        const start = performance.now()
        await bare.get(name)!.run(feeds)
        times[name] = [...(times[name] ?? []), performance.now() - start]
      }
      return 1
    },
    medians: () =>
      Object.fromEntries(
        Object.entries(times).map(([name, values]) => {
          const ascending = values.toSorted((a, b) => a - b)
          return [name, Math.round(100 * ascending[ascending.length >> 1]!) / 100]
        }),
      ),
  }
}
