import type { ModelSessions } from '../models/index.ts'
import type { DetectorNet } from './detect.ts'
import type { MeshNet } from './mesh.ts'
import type { TemplateNet } from './template.ts'

/** Nets that must be open in the sessions given to `faceNets`. */
export const faceNetNames = ['blazeface', 'facemesh', 'face-recognition'] as const

export interface FaceNets {
  detector: DetectorNet
  mesh: MeshNet
  template: TemplateNet
}

/** The sessions' nets in the shape the functions of this folder take them: those can be tested without any net. */
export function faceNets(sessions: Pick<ModelSessions, 'run'>): FaceNets {
  return {
    detector: (input) => sessions.run('blazeface', input),
    mesh: async (input) => {
      const { mesh, face } = await sessions.run('facemesh', input)
      return { points: mesh, presence: face[0]! }
    },
    template: async (chips) => (await sessions.run('face-recognition', chips)).template,
  }
}
