/**
 * The two libraries the engine is measured beside, on their wasm backend and one thread, asked the same questions. For
 * `all` human is asked with every net of its own that concerns a face: irises, emotion, antispoof and liveness besides;
 * face-api has no liveness, and is asked for expressions.
 */
import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'

/** `core`: box, mesh or landmarks, age, gender, template. `all`: liveness, eyes and expression besides. */
export type Questions = 'core' | 'all'

/** RGB, 0..255, rows top to bottom. */
export interface PlainPicture {
  width: number
  height: number
  rgb: Uint8Array
}

export interface Rival {
  name: string
  /** Answers the questions about one picture; gives the number of faces. */
  run(picture: PlainPicture): Promise<number>
  close(): void
}

interface Tensor {
  dispose(): void
}
interface TensorFlow {
  tensor3d(values: Uint8Array | Int32Array, shape: [number, number, number], type: 'int32'): Tensor
  env(): { set(flag: string, value: unknown): void }
  setBackend(name: string): Promise<boolean>
  ready(): Promise<void>
}

const require = createRequire(import.meta.url)
const modules = join(import.meta.dirname, '..', 'node_modules')
const wasmFolder = join(modules, '@tensorflow/tfjs-backend-wasm/dist/')

export async function openHuman(questions: Questions): Promise<Rival> {
  const { Human } = require(join(modules, '@vladmandic/human/dist/human.node-wasm.js'))
  const server = await serveModels(join(modules, '@vladmandic/human/models'))
  const off = { enabled: false }
  const more = { enabled: questions === 'all', skipFrames: 0, skipTime: 0 }
  const human = new Human({
    backend: 'wasm',
    wasmPath: wasmFolder,
    modelBasePath: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    debug: false,
    // Every answer must come from this picture: no cache, no skipped frames.
    cacheSensitivity: 0,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { enabled: true, rotation: true, maxDetected: 1, skipFrames: 0, skipTime: 0 },
      mesh: { enabled: true },
      description: { enabled: true, skipFrames: 0, skipTime: 0 },
      iris: { enabled: questions === 'all' },
      emotion: more,
      antispoof: more,
      liveness: more,
      attention: off,
    },
  })
  const tf: TensorFlow = human.tf
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  await human.load()
  return {
    name: '@vladmandic/human',
    run: async (picture) => {
      const tensor = tf.tensor3d(Int32Array.from(picture.rgb), [picture.height, picture.width, 3], 'int32')
      const { face } = await human.detect(tensor)
      tensor.dispose()
      const [first] = face
      const core = first?.mesh?.length && first.embedding?.length && first.age
      const answered = [first?.distance, first?.real, first?.live].every((each) => typeof each === 'number')
      const rest = answered && first.emotion?.length
      if (first && !(core && (rest || questions === 'core'))) throw new Error('human skipped work')
      return face.length
    },
    close: () => server.close(),
  }
}

export async function openFaceApi(questions: Questions): Promise<Rival> {
  const wasm = require('@tensorflow/tfjs-backend-wasm')
  const faceapi = require(join(modules, '@vladmandic/face-api/dist/face-api.node-wasm.js'))
  const tf: TensorFlow = faceapi.tf
  wasm.setWasmPaths(wasmFolder)
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  await tf.setBackend('wasm')
  await tf.ready()
  const folder = join(modules, '@vladmandic/face-api/model')
  const { ssdMobilenetv1, faceLandmark68Net, ageGenderNet, faceRecognitionNet, faceExpressionNet } =
    faceapi.nets
  for (const net of [ssdMobilenetv1, faceLandmark68Net, ageGenderNet, faceRecognitionNet, faceExpressionNet])
    if (net !== faceExpressionNet || questions === 'all') await net.loadFromDisk(folder)
  const options = new faceapi.SsdMobilenetv1Options({ minConfidence: 0.4, maxResults: 1 })
  return {
    name: '@vladmandic/face-api',
    run: async (picture) => {
      const tensor = tf.tensor3d(Int32Array.from(picture.rgb), [picture.height, picture.width, 3], 'int32')
      const marked = faceapi.detectAllFaces(tensor, options).withFaceLandmarks()
      const asked = questions === 'all' ? marked.withFaceExpressions() : marked
      const found = await asked.withAgeAndGender().withFaceDescriptors()
      tensor.dispose()
      return found.length
    },
    close: () => {},
  }
}

/** human fetches its models; this serves its own folder to it on the loopback interface. */
async function serveModels(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const file = join(folder, basename(new URL(request.url ?? '/', 'http://localhost').pathname))
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return server
}
