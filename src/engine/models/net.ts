/** What the catalogue says of a net, by the form its weights come in. */

/** What a net expects in place of RGB 0..255: `(x - offset) * scale`, per channel in RGB order. */
export interface Normalisation {
  readonly offset: readonly [number, number, number]
  readonly scale: number
  /** `bgr`: the first convolution was trained on swapped channels. */
  readonly channels: 'rgb' | 'bgr'
}

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

export interface GraphModelOutput extends NetOutput {
  /** Output nodes of the source graph; several are joined along the first axis after the batch. */
  readonly from: readonly string[]
  /** The source returns a logit; the compiled graph returns the probability. */
  readonly sigmoid?: boolean
}

/** A TensorFlow.js graph model: its `.json` names the operators. */
export interface GraphModelNet extends Packaged {
  readonly kind: 'graph-model'
  readonly outputs: readonly GraphModelOutput[]
}

/** A weight manifest whose topology the compiler knows by the net's name. */
export interface ManifestNet extends Packaged {
  readonly kind: 'manifest'
}

/**
 * An `.onnx` file with one input and one output. Its package is not installed with the others, for it would bring what
 * it was built with: the file alone is fetched when the net is compiled.
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
