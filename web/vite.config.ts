import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import { compressFiles } from './build/compress.ts'
import { buildElement } from './build/element.ts'
import { copyVision, describeVision } from './build/vision.ts'

const define = { __VISION__: JSON.stringify(describeVision()) }

/** Three pages without a line of inline script, the capture element and the vision library, for the server to hand out. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [
    preact({ devToolsEnabled: false, prefreshEnabled: false }),
    copyVision(),
    buildElement(define),
    compressFiles(),
  ],
  define,
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      input: { capture: 'web/capture.html', console: 'web/console.html', playground: 'web/playground.html' },
    },
  },
})
