/** Pictures: what format bytes are, their upright pixels, regions of them brought to a net's size, their fingerprint. */
export { type DecodeOptions, decodePicture } from './decode.ts'
export { drawFaces, type FaceMark } from './draw.ts'
export { checksum, fingerprint, hammingDistance, nearDuplicate } from './fingerprint.ts'
export { type Pixels, pixelsOf, type Raster, rasterOf } from './pixels.ts'
export { sniff } from './sniff.ts'
export {
  apply,
  boxTransform,
  invert,
  letterboxTransform,
  squareTransform,
  type Transform,
} from './transform.ts'
export { type QuarterTurn, turn } from './turn.ts'
export { cropToTensor, letterboxToTensor, type WarpOptions, warpToTensor } from './warp.ts'
