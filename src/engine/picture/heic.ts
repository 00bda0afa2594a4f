import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PictureError } from '../errors.ts'

/**
 * The one file that touches libheif (LGPL-3.0, HEVC): replace or remove it and every other format still works.
 * It is imported when the first HEIC picture arrives, never earlier.
 */
const load = createRequire(import.meta.url)
const createLibheif: LibheifFactory = load('libheif-js/libheif-wasm/libheif.js')
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmRuntime }).WebAssembly
const wasm = new Module(readFileSync(load.resolve('libheif-js/libheif-wasm/libheif.wasm')))

/** An upright picture: 3 channels (RGB) or 4 (RGBA), rows without padding. */
export interface HeicPicture {
  data: Uint8Array
  width: number
  height: number
  channels: 3 | 4
}

/**
 * Decodes the primary picture of a HEIC file. libheif applies the file's own turn and mirroring (`irot`, `imir`),
 * and Apple's EXIF orientation repeats them: the result must not be turned again.
 *
 * Each picture gets its own instance of the compiled module. That costs 7 ms, and it means that the memory of a
 * 40-megapixel picture is given back and that a file which corrupts the decoder's heap harms no other picture.
 *
 * Blocks its thread, about 25 ms per megapixel: call it in a worker.
 * @throws PictureError picture_damaged, picture_too_many_pixels (judged before a pixel is decoded)
 */
export function decodeHeic(bytes: Uint8Array, pixelLimit: number): HeicPicture {
  try {
    return decode(instantiate(), bytes, pixelLimit)
  } catch (cause) {
    if (cause instanceof PictureError) throw cause
    throw new PictureError('picture_damaged', { cause })
  }
}

function decode(libheif: Libheif, bytes: Uint8Array, pixelLimit: number): HeicPicture {
  const context = libheif.heif_context_alloc()
  // Also bounds the coded frame, which a hostile file makes larger than the size it declares.
  libheif._heif_context_set_maximum_image_size_limit(context.$$.ptr, Math.ceil(Math.sqrt(pixelLimit)))
  const read = libheif.heif_context_read_from_memory(context, bytes)
  if (read.code.value !== 0) throw heicError(read)
  const handle = libheif.heif_js_context_get_primary_image_handle(context)
  if (isError(handle)) throw heicError(handle)
  const width = libheif.heif_image_handle_get_width(handle)
  const height = libheif.heif_image_handle_get_height(handle)
  if (width * height > pixelLimit) throw new PictureError('picture_too_many_pixels')
  const alpha = libheif.heif_image_handle_has_alpha_channel(handle)
  const { heif_colorspace_RGB } = libheif.heif_colorspace
  const { heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA } = libheif.heif_chroma
  const chroma = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB
  const image = libheif.heif_js_decode_image2(handle, heif_colorspace_RGB, chroma)
  if (isError(image)) throw heicError(image)
  const plane = image.channels[0]
  if (plane?.bits_per_pixel !== 8) throw new PictureError('picture_damaged')
  return packRows(plane, alpha ? 4 : 3)
}

/** libheif pads its rows; the copy also lets go of the instance's whole memory. */
function packRows({ data, width, height, stride }: HeifPlane, channels: 3 | 4): HeicPicture {
  const row = width * channels
  const packed = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) packed.set(data.subarray(y * stride, y * stride + row), y * row)
  return { data: packed, width, height, channels }
}

function instantiate(): Libheif {
  return createLibheif({
    instantiateWasm(imports, receive) {
      const instance = new Instance(wasm, imports)
      receive(instance)
      return instance.exports
    },
    print: () => {},
    printErr: () => {},
  })
}

function isError(result: object): result is HeifError {
  return 'code' in result
}

/** Of libheif's many sub-errors only the security limit means "too large"; all others are a damaged file. */
function heicError(error: HeifError): PictureError {
  const oversized = error.subcode.value === 1000
  return new PictureError(oversized ? 'picture_too_many_pixels' : 'picture_damaged', { cause: error.message })
}

interface HeifError {
  code: { value: number }
  subcode: { value: number }
  message: string
}

interface HeifPlane {
  /** A view into the instance's memory. */
  data: Uint8Array
  width: number
  height: number
  stride: number
  bits_per_pixel: number
}

type HeifHandle = object & { readonly handle?: never }
interface HeifContext {
  $$: { ptr: number }
}

/** The part of libheif's bindings that is used here. */
interface Libheif {
  heif_context_alloc(): HeifContext
  heif_context_read_from_memory(context: HeifContext, bytes: Uint8Array): HeifError
  heif_js_context_get_primary_image_handle(context: HeifContext): HeifHandle | HeifError
  heif_image_handle_get_width(handle: HeifHandle): number
  heif_image_handle_get_height(handle: HeifHandle): number
  heif_image_handle_has_alpha_channel(handle: HeifHandle): number
  heif_js_decode_image2(
    handle: HeifHandle,
    colorspace: object,
    chroma: object,
  ): { channels: HeifPlane[] } | HeifError
  _heif_context_set_maximum_image_size_limit(context: number, side: number): void
  heif_colorspace: { heif_colorspace_RGB: object }
  heif_chroma: { heif_chroma_interleaved_RGB: object; heif_chroma_interleaved_RGBA: object }
}

type LibheifFactory = (options: {
  instantiateWasm(imports: object, receive: (instance: WasmInstance) => void): object
  print(line: string): void
  printErr(line: string): void
}) => Libheif

/** TypeScript describes WebAssembly only together with the browser's whole DOM. */
interface WasmRuntime {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => WasmInstance
}

interface WasmInstance {
  exports: object
}
