import type { ModelSessions } from '../models/index.ts'
import type { DetectorNet } from './detect.ts'
import type { MeshNet } from './mesh.ts'
import type { TemplateNets } from './template.ts'

/** Nets that must be open in the sessions given to `faceNets`. */
export const faceNetNames = ['blazeface', 'facemesh', 'face-recognition', 'template'] as const

export interface FaceNets extends TemplateNets {
  detector: DetectorNet
  mesh: MeshNet
}

/** The sessions' nets in the shape the functions of this folder take them: those can be tested without any net. */
export function faceNets(sessions: Pick<ModelSessions, 'run'>): FaceNets {
  return {
    detector: (input) => sessions.run('blazeface', input),
    mesh: async (input) => {
      const { mesh, face } = await sessions.run('facemesh', input)
      return { points: mesh, presence: face[0]! }
    },
    recognition: async (chip) => (await sessions.run('face-recognition', chip)).features,
    project: async (features) => (await sessions.run('template', features)).template,
  }
}
