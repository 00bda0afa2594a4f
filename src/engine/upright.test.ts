import { expect, test } from 'vitest'
import { portrait } from '../../test/support/pictures.ts'
import { type FaceNets, faceNetNames, faceNets } from './face/index.ts'
import { openSessions } from './models/index.ts'
import { decodePicture } from './picture/decode.ts'
import { stopwatch } from './stopwatch.ts'
import { findUpright } from './upright.ts'

/** Counts what the real nets are asked. */
function counted(nets: FaceNets) {
  const calls = { detector: 0, mesh: 0 }
  const counting: FaceNets = {
    ...nets,
    detector: (input) => {
      calls.detector++
      return nets.detector(input)
    },
    mesh: (input) => {
      calls.mesh++
      return nets.mesh(input)
    },
  }
  return { counting, calls }
}

test('an upright portrait costs one look of the detector and two of the mesh net', async () => {
  const sessions = await openSessions(faceNetNames)
  const pixels = await decodePicture(await portrait('personB'))
  const { counting, calls } = counted(faceNets(sessions))
  expect(await findUpright(pixels, counting, false, stopwatch())).toMatchObject({ turned: 0 })
  expect(calls).toEqual({ detector: 1, mesh: 2 })
  await sessions.close()
})
