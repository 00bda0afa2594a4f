import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)

/** The library, its three nets for faces, and the WebAssembly they run on (with and without SIMD). */
function visionFiles(): string[] {
  const human = join(dirname(require.resolve('@vladmandic/human')), '..')
  const wasm = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  const nets = ['blazeface', 'facemesh', 'iris'].flatMap((net) => [`${net}.json`, `${net}.bin`])
  return [
    join(human, 'dist', 'human.esm.js'),
    ...nets.map((net) => join(human, 'models', net)),
    join(wasm, 'dist', 'tfjs-backend-wasm.wasm'),
    join(wasm, 'dist', 'tfjs-backend-wasm-simd.wasm'),
  ]
}

/** What the pages know of the files: see web/shared/globals.d.ts. */
export function describeVision() {
  // Browsers without SIMD take another file, and are told a little too much.
  const loaded = visionFiles().filter((file) => !file.endsWith('wasm.wasm'))
  const files = Object.fromEntries(loaded.map((file) => [basename(file), statSync(file).size]))
  return { folder: visionFolder(), files }
}

/**
 * Folder of the files in the build, named by their contents: the library asks for its nets by name, so the hash stands
 * before the names and not in them.
 */
function visionFolder(): string {
  const digest = createHash('sha256')
  for (const file of visionFiles()) digest.update(basename(file)).update(readFileSync(file))
  return `vision/${digest.digest('hex').slice(0, 12)}`
}

/** Copies them out of the installed packages: third-party weights never stand in this repository. */
export function copyVision(): Plugin {
  let outDir = ''
  return {
    name: 'liveface-vision',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    writeBundle() {
      const folder = join(outDir, visionFolder())
      mkdirSync(folder, { recursive: true })
      for (const file of visionFiles()) copyFileSync(file, join(folder, basename(file)))
    },
  }
}
