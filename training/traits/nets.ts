import type { DetectorNet } from '../../src/engine/face/detect.ts'
import type { MeshNet } from '../../src/engine/face/mesh.ts'
import type { TemplateNet } from '../../src/engine/face/template.ts'
import { openSessions } from '../../src/engine/models/index.ts'

/** The engine's nets in the shape its face functions want them. */
export async function loadNets(): Promise<{ detector: DetectorNet; mesh: MeshNet; template: TemplateNet }> {
  const sessions = await openSessions(['blazeface', 'facemesh', 'face-recognition'])
  return {
    detector: (input) => sessions.run('blazeface', input),
    mesh: async (input) => {
      const { mesh, face } = await sessions.run('facemesh', input)
      return { points: mesh, presence: face[0]! }
    },
    template: async (chips) => (await sessions.run('face-recognition', chips)).template,
  }
}
