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

/**
 * Loads the vision library and its nets from our own server; several megabytes, kept by the browser afterwards. It only
 * guides the person: what counts is decided by the server.
 * @param most faces looked for
 */
export async function loadVision(most = 2): Promise<Vision> {
  const { default: Library } = (await import(/* @vite-ignore */ `${__VISION__}human.esm.js`)) as {
    default: new (config: object) => Human
  }
  const off = { enabled: false }
  const human = new Library({
    // WebAssembly starts in a moment and is as fast on every phone; WebGL first compiles shaders for seconds.
    backend: 'wasm',
    wasmPath: __VISION__,
    wasmPlatformFetch: true,
    modelBasePath: __VISION__,
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
        maxDetected: most,
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
