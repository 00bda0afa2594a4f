import preact from '@preact/preset-vite'
import { defineConfig } from 'vite'
import { compressFiles } from './build/compress.ts'
import { copyVision, visionFolder } from './build/vision.ts'

/** Three pages without a line of inline script, and the vision library beside them, for the server to hand out. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  publicDir: false,
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), copyVision(), compressFiles()],
  define: { __VISION__: JSON.stringify(`/${visionFolder()}/`) },
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
