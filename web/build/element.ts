import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import preact from '@preact/preset-vite'
import { build, type Plugin } from 'vite'

/**
 * Builds the capture element beside the pages: one file with everything but the vision library
 * and the languages other than English, which come when they are asked for, and its types.
 */
export function buildElement(define: Record<string, string>): Plugin {
  let [root, outDir] = ['', '']
  return {
    name: 'liveface-element',
    apply: 'build',
    configResolved(config) {
      root = config.root
      outDir = join(root, config.build.outDir, 'capture')
    },
    async writeBundle() {
      await build({
        configFile: false,
        root,
        define,
        publicDir: false,
        logLevel: 'warn',
        plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
        build: {
          outDir,
          emptyOutDir: true,
          target: 'es2022',
          minify: true,
          reportCompressedSize: false,
          rollupOptions: { output: { chunkFileNames: 'texts/[name]-[hash].js' } },
          lib: { entry: 'capture/element.tsx', formats: ['es'], fileName: () => 'element.js' },
        },
      })
      copyFileSync(join(root, 'capture', 'liveface-capture.d.ts'), join(outDir, 'element.d.ts'))
    },
  }
}
