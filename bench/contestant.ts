/**
 * One contestant of bench/engine.ts in a process of its own, so that nobody's garbage is collected on another's time.
 * Told the number of a picture, it answers with what analysing it took.
 */
import sharp from 'sharp'
import { openSessions } from '../src/engine/models/index.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { bareRuntime } from './bare.ts'
import { headPictures } from './heads.ts'
import { openFaceApi, openHuman, type PlainPicture } from './rivals.ts'

export interface Answer {
  /** Milliseconds on the clock and of processor time. */
  clock: number
  processor: number
}

/** The same questions as the rivals answer. */
const want = { template: true, traits: true, liveness: false }
const files = await headPictures()
const run = await open(process.argv[2] ?? '')

process.on('message', async (index: number) => {
  const [start, usage] = [performance.now(), process.cpuUsage()]
  const faces = await run(index)
  const { user, system } = process.cpuUsage(usage)
  if (faces < 1) throw new Error(`No face found in picture ${index}`)
  process.send!({ clock: performance.now() - start, processor: (user + system) / 1000 } satisfies Answer)
})
process.on('disconnect', () => process.exit())
process.send!('ready')

async function open(name: string): Promise<(index: number) => Promise<number>> {
  if (name === 'liveface') {
    const pipeline = createPipeline(await openSessions(pipelineNets))
    const pictures = await Promise.all(files.map((file) => decodePicture(file)))
    // Halved copies kept from the last round would be a present.
    return async (index) => (await pipeline.measure({ ...pictures[index]!, mips: [] }, { want })).faces.length
  }
  if (name === 'bare') {
    const bare = await bareRuntime()
    for (const file of files) await bare.record(await decodePicture(file), want)
    return (index) => bare.run(index)
  }
  const rival = await (name === 'human' ? openHuman() : openFaceApi())
  const plain = await Promise.all(
    files.map(async (file): Promise<PlainPicture> => {
      const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, rgb: data }
    }),
  )
  return (index) => rival.run(plain[index]!)
}
