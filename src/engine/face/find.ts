import type { Pixels } from '../picture/pixels.ts'
import { stopwatch } from '../stopwatch.ts'
import type { Candidate } from './candidates.ts'
import { certainty } from './certainty.ts'
import { type DetectorNet, detectFaces, type SearchOptions } from './detect.ts'
import { type Mesh, type MeshNet, measureMesh, regionOfDetection, regionOfMesh } from './mesh.ts'

export interface FoundFaces {
  /** Every face, most prominent first, in pixels of the picture searched. */
  faces: Candidate[]
  /** The first face's mesh; null when there is no face. */
  mesh: Mesh | null
}

/** Detector confidence from which a face beside the first needs no second opinion. */
const surelyFace = 0.9
/**
 * Certainty from which something is taken for a face: people behind masks reach it, a patterned suit that the detector
 * called 0.63 and the mesh 0.003 does not.
 */
const believed = 0.6
/** The same for a face beside the first: lettering and patterns reach 0.6, and one of them would refuse a person. */
const believedBeside = 0.7

/**
 * Finds the faces of a picture and the mesh of the most prominent. Where the detector hesitates the mesh net is asked,
 * and so it is for the first face in any case.
 */
export async function findFaces(
  pixels: Pixels,
  detector: DetectorNet,
  meshNet: MeshNet,
  watch = stopwatch(),
  options: SearchOptions = {},
): Promise<FoundFaces> {
  const faces: Candidate[] = []
  let first: Mesh | null = null
  for (const candidate of await watch.time('detect', () => detectFaces(pixels, detector, options))) {
    if (first && candidate.confidence >= surelyFace) {
      faces.push(candidate)
      continue
    }
    const mesh = await watch.time('mesh', () => measureMesh(pixels, regionOfDetection(candidate), meshNet))
    if (certainty(candidate.confidence, mesh.presence) < (first ? believedBeside : believed)) continue
    faces.push(candidate)
    first ??= await watch.time('mesh', () => remeasure(pixels, mesh, meshNet))
  }
  return { faces, mesh: first }
}

/** A second measurement, framed by the first mesh instead of the detector's box: steadier, and templates gain by it. */
async function remeasure(pixels: Pixels, mesh: Mesh, net: MeshNet): Promise<Mesh> {
  const again = await measureMesh(pixels, regionOfMesh(mesh.points), net)
  // A mesh gone astray frames something else; the detector's box is then the better guess.
  if (again.presence < mesh.presence / 2) return mesh
  // The second one sees what the first made of the picture, so its opinion alone is worth little.
  return { points: again.points, presence: Math.min(mesh.presence, again.presence) }
}
