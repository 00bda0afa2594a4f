/** Processor time and weights of everything that traits, quality and pose need once the mesh is there. */
import { statSync } from 'node:fs'
import { cpus } from 'node:os'
import { faceNets, findFaces } from '../../src/engine/face/index.ts'
import { findModel, openSessions } from '../../src/engine/models/index.ts'
import { decodePicture } from '../../src/engine/picture/decode.ts'
import { measurePose } from '../../src/engine/pose.ts'
import { measureQuality } from '../../src/engine/quality/index.ts'
import { createTraits, traitNetNames } from '../../src/engine/traits/index.ts'

export interface Cost {
  /** Medians of processor time in milliseconds; crops included, detection and mesh not. */
  traits: number
  quality: number
  pose: number
  /** All three in a row. */
  together: number
  /** Bytes of the compiled nets. */
  bytes: number
  rounds: number
  processor: string
}

/** @param picture bytes of a photograph with one face */
export async function measureCost(picture: Uint8Array, rounds = 200): Promise<Cost> {
  const sessions = await openSessions(['blazeface', 'facemesh', ...traitNetNames])
  const nets = faceNets(sessions)
  const meter = createTraits(sessions)
  const pixels = await decodePicture(picture, { longestSide: 1280 })
  const { faces, mesh } = await findFaces(pixels, nets.detector, nets.mesh)
  if (!faces[0] || !mesh) throw new Error('The picture has no face.')
  const points = mesh.points
  const seen = { ...faces[0], mesh: points, pose: measurePose(points) }
  const traits = () => meter.measure(pixels, { mesh: points })
  const quality = () => measureQuality(pixels, seen)
  // A call of pose is too short for the clock.
  const poses = () => {
    for (let time = 0; time < 1000; time++) measurePose(points)
  }
  const together = async () => {
    measurePose(points)
    quality()
    await traits()
  }
  const cost = {
    traits: await processorTime(rounds, traits),
    quality: await processorTime(rounds, quality),
    pose: (await processorTime(20, poses)) / 1000,
    together: await processorTime(rounds, together),
  }
  await sessions.close()
  let bytes = 0
  for (const name of traitNetNames) bytes += statSync(await findModel(name)).size
  return { ...cost, bytes, rounds, processor: cpus()[0]?.model ?? 'unknown' }
}

/** Median processor time of one call in milliseconds: a busy machine makes it wait, not work. */
async function processorTime(rounds: number, call: () => unknown): Promise<number> {
  const times: number[] = []
  for (let round = -rounds / 4; round < rounds; round++) {
    const start = process.cpuUsage()
    await call()
    const { user, system } = process.cpuUsage(start)
    if (round >= 0) times.push((user + system) / 1000)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}
