/** The part of @vladmandic/human that the pages use. */
interface Human {
  load(): Promise<void>
  warmup(): Promise<unknown>
  detect(input: HTMLCanvasElement): Promise<{
    face: { boxScore: number; box: [number, number, number, number]; mesh: [number, number, number][] }[]
  }>
}

export interface SeenFace {
  /** Left, top, width, height in pixels of the picture. */
  box: [number, number, number, number]
  /** 468 points and 10 of the irises, (x, y, z) in pixels of the picture. */
  mesh: [number, number, number][]
}

/** Finds faces on a canvas, largest first. */
export type Vision = (canvas: HTMLCanvasElement) => Promise<SeenFace[]>

/** Faces looked for. */
const maxFaces = 2

/**
 * Loads the vision library and its nets from our own server; several megabytes, kept by the browser afterwards. It only
 * guides the person: what counts is decided by the server.
 * @param server its URL without a slash at the end
 * @param onProgress is told how many bytes have come, and of how many
 */
export async function loadVision(
  server: string,
  onProgress: (loaded: number, total: number) => void,
): Promise<Vision> {
  const folder = `${server}/${__VISION__.folder}/`
  await fetchAhead(folder, onProgress)
  const { default: Library } = (await import(/* @vite-ignore */ `${folder}human.esm.js`)) as {
    default: new (config: object) => Human
  }
  const off = { enabled: false }
  const human = new Library({
    // WebAssembly starts in a moment and is as fast on every phone; WebGL first compiles shaders for seconds.
    backend: 'wasm',
    wasmPath: folder,
    wasmPlatformFetch: true,
    modelBasePath: folder,
    // Answers of an earlier frame for a later one would show gestures that are over.
    cacheSensitivity: 0,
    async: true,
    debug: false,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: {
        modelPath: 'blazeface.json',
        maxDetected: maxFaces,
        rotation: true,
        minConfidence: 0.3,
        skipFrames: 0,
        skipTime: 0,
      },
      mesh: { enabled: true, modelPath: 'facemesh.json' },
      iris: { enabled: true, modelPath: 'iris.json', scale: 2.3 },
      attention: off,
      emotion: off,
      description: off,
      antispoof: off,
      liveness: off,
    },
  })
  await human.load()
  await human.detect(document.createElement('canvas')).catch(() => undefined)
  return async (canvas) => {
    const { face } = await human.detect(canvas)
    return face
      .map(({ box, mesh }) => ({ box, mesh }))
      .sort((first, second) => second.box[2] * second.box[3] - first.box[2] * first.box[3])
  }
}

/** Brings the files into the browser's cache, where the library finds them: by itself it does not say how far it is. */
async function fetchAhead(
  folder: string,
  onProgress: (loaded: number, total: number) => void,
): Promise<void> {
  const { files } = __VISION__
  const total = Object.values(files).reduce((sum, bytes) => sum + bytes, 0)
  let loaded = 0
  const fetchOne = async (name: string) => {
    const reader = (await fetch(folder + name)).body?.getReader()
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      loaded += part.value.length
      onProgress(Math.min(loaded, total), total)
    }
  }
  await Promise.all(Object.keys(files).map(fetchOne))
}
