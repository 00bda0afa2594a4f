/** Opens nets in onnxruntime. One set per worker process: `run` blocks the thread it is called on. */
import './silence.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { catalogue, type NetName } from './catalogue.ts'
import { findModel } from './files.ts'
import type { Net } from './net.ts'

type InputName<N extends NetName> = (typeof catalogue)[N]['inputs'][number]['name']
export type Outputs<N extends NetName> = Record<
  (typeof catalogue)[N]['outputs'][number]['name'],
  Float32Array
>

export interface ModelSessions {
  /**
   * Runs one net. Shapes, ranges and meanings are in the catalogue.
   * @param input one or more items, one after the other, planes of R, G, B, 0..255; a record when the net
   *   has several inputs
   * @returns each output, batch first, row-major
   * @throws RangeError when the length is no multiple of an item, or the net was not opened
   */
  run<N extends NetName>(
    name: N,
    input: Float32Array | Record<InputName<N>, Float32Array>,
  ): Promise<Outputs<N>>
  /** Frees the native memory. */
  close(): Promise<void>
}

/**
 * Opens the named nets.
 * @param directory of compiled models; default: .cache/models in the package
 * @throws EngineError model_missing, model_damaged
 */
export async function openSessions<const N extends NetName>(
  names: readonly N[],
  directory?: string,
): Promise<ModelSessions> {
  const sessions = new Map<NetName, InferenceSession>()
  const close = async () => {
    for (const session of sessions.values()) await session.release()
    sessions.clear()
  }
  try {
    for (const name of names) {
      sessions.set(name, await InferenceSession.create(await findModel(name, directory), sessionOptions))
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    run: async (name, input) => {
      const session = sessions.get(name)
      if (!session) throw new RangeError(`Expected ${name} to be among the opened nets`)
      const net = catalogue[name] as Net
      const feeds: Record<string, Tensor> = {}
      for (const port of net.inputs) {
        const data =
          input instanceof Float32Array ? input : (input as Record<string, Float32Array>)[port.name]
        const item = port.shape.reduce((product, size) => product * size, 1)
        if (!data?.length || data.length % item !== 0) {
          throw new RangeError(
            `Expected a multiple of ${item} values for ${name} but received ${data?.length}`,
          )
        }
        feeds[port.name] = new Tensor('float32', data, [data.length / item, ...port.shape])
      }
      const results = await session.run(
        feeds,
        net.outputs.map((output) => output.name),
      )
      const outputs: Record<string, Float32Array> = {}
      for (const [key, tensor] of Object.entries(results)) outputs[key] = tensor.data as Float32Array
      return outputs as Outputs<typeof name>
    },
    close,
  }
}

/**
 * The memory arena keeps what a run needed for the next one. Without it glibc gives the memory back after each run and
 * the next takes up to 1369 page faults (faceres) to have it again: over 1000 per picture, a tenth of its time, where
 * the arena leaves fewer than 100. It never shrinks, so batches must have a bounded size. The memory pattern makes the
 * small nets about 8 % faster.
 */
export const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: true,
  enableMemPattern: true,
  // Errors only: the runtime warns about every unused constant that it removes.
  logSeverityLevel: 3,
}
