/** The nets: a catalogue of sources, a compiler from their weights to ONNX, and sessions that run them. */
export { catalogue, type NetName, netNames } from './catalogue.ts'
export { type CompileOptions, compileModels, defaultCacheDirectory, packageRoot } from './compile.ts'
export type { Net } from './net.ts'
export {
  type ModelSessions,
  type Outputs,
  type Override,
  openSessions,
  type SessionOptions,
} from './sessions.ts'
