import { type FaceNets, faceNetNames, faceNets } from '../../src/engine/face/index.ts'
import { openSessions } from '../../src/engine/models/index.ts'

/** The engine's face nets, opened for a recipe. */
export async function loadNets(): Promise<FaceNets> {
  return faceNets(await openSessions(faceNetNames))
}
