/** A site of somebody else's, which holds the capture element: the examples of docs/examples, built as its owner would. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { build, type Rolldown } from 'vite'
import type { Invitation } from './capture.ts'
import { startWebServer, type WebServer } from './web-server.ts'

export interface EmbeddingSite extends WebServer {
  /** What the site's own server needs to know. Pages ask it for a session, then for the verdict. */
  serve(liveface: string, invite: () => Promise<Invitation>): void
}

export async function startEmbeddingSite(): Promise<EmbeddingSite> {
  const scripts = (await buildExamples()).set('refused.js', refusedScript)
  let [liveface, invite] = [
    '',
    (): Promise<Invitation> => Promise.reject(new Error('Nothing is served yet.')),
  ]
  const invited = new Map<string, Invitation>()

  async function answer(method: string, path: string, page: string): Promise<object> {
    if (method === 'POST') invited.set(page, await invite())
    const { captureUrl, sessionToken, headers } = invited.get(page)!
    if (method === 'POST') return { captureUrl }
    const check = await fetch(`${liveface}/v1/verifications/liveness/${sessionToken}`, { headers })
    return { path, verdict: ((await check.json()) as { isAlive: boolean }).isAlive ? 'alive' : 'not alive' }
  }

  const server = await startWebServer(async ({ method = '', url = '', headers }, response) => {
    const page = new URL(headers.referer ?? 'http://none/').pathname
    const script = scripts.get(url.slice(1))
    if (script) return response.setHeader('content-type', 'text/javascript').end(script)
    if (url === '/session')
      return response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(await answer(method, url, page)))
    const name = url.slice(1)
    if (name !== 'react' && name !== 'vue' && name !== 'refused') return response.writeHead(404).end()
    const element =
      name === 'refused'
        ? refusedSnippet(liveface)
        : name === 'vue'
          ? `<script type="module" src="${liveface}/capture/element.js"></script>`
          : ''
    return response
      .setHeader('content-type', 'text/html')
      .setHeader('content-security-policy', policyOf(liveface))
      .end(
        `<!doctype html><html lang="en"><title>Shop</title>${element}` +
          `<div id="app"></div><script type="module" src="/${name}.js"></script></html>`,
      )
  })
  return {
    ...server,
    serve(url, invitation) {
      liveface = url
      invite = invitation
    },
  }
}

/** The snippet of docs/guides/capture-element.md, with a link to another server than the one that it names. */
function refusedSnippet(liveface: string): string {
  const guide = readFileSync('docs/guides/capture-element.md', 'utf8')
  const [, snippet = ''] = /```html\n(<script[^`]+)```/.exec(guide) ?? []
  return snippet
    .replace('src="https://faces.example', `src="${liveface}`)
    .replace('capture-url="https://faces.example', 'capture-url="https://elsewhere.example')
}

/** Listens as a page's own script does, after the element's. */
const refusedScript = `
  globalThis.heard = []
  document.querySelector('liveface-capture').addEventListener('error', ({ detail }) => heard.push(detail))
`

/** As docs/guides/capture-element.md has it. */
function policyOf(liveface: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${liveface} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${liveface}`,
  ].join('; ')
}

/** @returns scripts by name */
async function buildExamples(): Promise<Map<string, string>> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    // Not as development builds have it, which a test's NODE_ENV would mean.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    resolve: { alias: { 'liveface/capture': resolve('dist/web/capture/element.js') } },
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: { react: resolve('docs/examples/react/app.jsx'), vue: resolve('docs/examples/vue/app.js') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  })) as Rolldown.RolldownOutput
  return new Map(built.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])))
}
