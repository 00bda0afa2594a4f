/**
 * One contestant of bench/contest.ts in a process of its own, so that nobody's garbage is collected on another's time
 * and its memory is its own. Told to make a round, it analyses all pictures and answers with what one of them took.
 */
import sharp from 'sharp'
import { openSessions } from '../src/engine/models/index.ts'
import { decodePicture } from '../src/engine/picture/decode.ts'
import { createPipeline } from '../src/engine/pipeline.ts'
import { pipelineNets } from '../src/engine/pipeline-nets.ts'
import { bareRuntime } from './bare.ts'
import { headPictures } from './heads.ts'
import { openFaceApi, openHuman, type PlainPicture, type Questions } from './rivals.ts'

export type ContestantName = 'liveface' | 'bare' | 'human' | 'face-api'

export interface Opened {
  /** Resident bytes when the models are loaded. */
  memory: number
}

export interface Round {
  /** Milliseconds of a picture, on the clock and of processor time. */
  clock: number
  processor: number
  /** Most bytes that were ever resident in this process. */
  peakMemory: number
  /** Of the bare runtime: median milliseconds of one run of each net so far. */
  nets?: Record<string, number>
}

interface Contestant {
  /** Analyses a picture; gives the number of faces. */
  run(picture: number): Promise<number>
  nets?(): Record<string, number>
}

const [, , name, questions] = process.argv as unknown as [string, string, ContestantName, Questions]
const want = { template: true, traits: true, liveness: questions === 'all' }
const files = await headPictures()
const contestant = await open()

process.on('message', async () => {
  // The others have emptied the processor's caches of what this one needs: the first picture does not count.
  await analyse(files.length - 1)
  const [start, usage] = [performance.now(), process.cpuUsage()]
  for (const picture of files.keys()) await analyse(picture)
  const clock = performance.now() - start
  const { user, system } = process.cpuUsage(usage)
  const nets = contestant.nets?.()
  const round: Round = {
    clock: clock / files.length,
    processor: (user + system) / 1000 / files.length,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    ...(nets ? { nets } : {}),
  }
  process.send!(round)
})
process.on('disconnect', () => process.exit())
process.send!({ memory: process.memoryUsage.rss() } satisfies Opened)

async function analyse(picture: number): Promise<void> {
  if ((await contestant.run(picture)) < 1) throw new Error(`No face found in picture ${picture}`)
}

async function open(): Promise<Contestant> {
  if (name === 'liveface') {
    const pipeline = createPipeline(await openSessions(pipelineNets))
    const pictures = await Promise.all(files.map((file) => decodePicture(file)))
    const run = async (picture: number) => (await pipeline.measure(pictures[picture]!, { want })).faces.length
    return { run }
  }
  if (name === 'bare') {
    const bare = await bareRuntime()
    for (const file of files) await bare.record(await decodePicture(file), want)
    return { run: (picture) => bare.run(picture), nets: () => bare.medians() }
  }
  const rival = await (name === 'human' ? openHuman(questions) : openFaceApi(questions))
  const plain = await Promise.all(
    files.map(async (file): Promise<PlainPicture> => {
      const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
      return { width: info.width, height: info.height, rgb: data }
    }),
  )
  return { run: (picture) => rival.run(plain[picture]!) }
}
