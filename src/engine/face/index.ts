/** Faces: where they are, their mesh, their template, and how alike two templates are. */
export type { Candidate } from './candidates.ts'
export { certainty, clearFace } from './certainty.ts'
export { cosine, similarity } from './compare.ts'
export { type FoundFaces, findFaces } from './find.ts'
export { takeImprint } from './imprint.ts'
export { measureMesh, regionOfDetection } from './mesh.ts'
export { type FaceNets, faceNetNames, faceNets } from './nets.ts'
export { makeTemplate, recogniseFace, templateLength } from './template.ts'
