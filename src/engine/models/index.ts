/** The nets: a catalogue of what they are, the files they lie in, and sessions that run them. */
export type { NetName } from './catalogue.ts'
export { findModel, findModels, packageRoot } from './files.ts'
export { type ModelSessions, openSessions } from './sessions.ts'
