/** The nets: a catalogue of sources, a compiler from their weights to ONNX, and sessions that run them. */
export type { NetName } from './catalogue.ts'
export { compileModels, packageRoot } from './compile.ts'
export { type ModelSessions, openSessions } from './sessions.ts'
