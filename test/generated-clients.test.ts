/**
 * Clients that two generators make of the served documents: they compile, and call the server. The stub engine hides
 * what is in the picture.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DialectName, dialects } from '../src/dialects/index.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const run = promisify(execFile)
const node = (...args: string[]) => run(process.execPath, args)
const names = dialects.map(({ name }) => name)

let server: TestServer
let folder: string
beforeAll(async () => {
  server = await startTestServer({ engine: stubEngine() })
  // In the tree, where the generated files find the packages they import.
  mkdirSync('.cache', { recursive: true })
  folder = mkdtempSync(resolve('.cache', 'clients-'))
  for (const name of names) {
    const document = join(folder, `${name}.json`)
    writeFileSync(document, await (await fetch(`${server.url}/openapi/${name}.json`)).text())
    await node('node_modules/oazapfts/dist/cli.js', document, join(folder, `${name}-functions.ts`))
    const output = ['-o', folder, '-n', `${name}-class.ts`, '--silent']
    await node('node_modules/swagger-typescript-api/dist/cli.mjs', 'generate', '-p', document, ...output)
  }
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('compile under the strictest rules', async () => {
  const files = names.flatMap((name) => [`${name}-functions.ts`, `${name}-class.ts`])
  const rules = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--module', 'esnext']
  const target = ['--moduleResolution', 'bundler', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable']
  const paths = files.map((file) => join(folder, file))
  await expect(node('node_modules/typescript/bin/tsc', ...rules, ...target, ...paths)).resolves.toBeDefined()
})

/** Functions by name: what a generator makes has a type, which the compiler has seen above. */
// biome-ignore lint/suspicious/noExplicitAny: made while the test runs
type Generated = any

const picture = () => new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16])], { type: 'image/jpeg' })
const selfie = () => new File([picture()], 'selfie.jpg', { type: 'image/jpeg' })
const query = 'mutation { verify(input: { documentType: "Face Match" url1: "x" url2: "x" }) { ok } }'

/** One call of each dialect, by either client, and what its answer holds. */
const calls: Record<
  DialectName,
  {
    functions(client: Generated): Promise<Generated>
    methods(client: Generated): Promise<Generated>
    answer: object
  }
> = {
  cashfree: {
    functions: (client) => client.faceLiveness({ verification_id: 'functions', image: picture() }),
    methods: (client) => client.verification.faceLiveness({ verification_id: 'class', image: selfie() }),
    answer: { status: 'SUCCESS', liveness: true },
  },
  didit: {
    functions: (client) => client.passiveLiveness({ user_image: selfie() }),
    methods: (client) => client.v3.passiveLiveness({ user_image: selfie() }),
    answer: { liveness: { status: 'Approved' } },
  },
  indiconnect: {
    functions: (client) => client.verify({ query }),
    methods: (client) => client.idverifygr.verify({ query }),
    answer: { data: { verify: { ok: false } } },
  },
  liveface: {
    functions: (client) => client.checkLiveness({ picture: selfie() }),
    methods: (client) => client.api.checkLiveness({ picture: selfie() }),
    answer: { type: 'liveness', verdict: 'pass' },
  },
  verifyhq: {
    functions: (client) => client.createLivenessSession({ userId: 'functions' }),
    methods: (client) => client.v1.createLivenessSession({ userId: 'class' }),
    answer: { sessionToken: expect.any(String) },
  },
}

it.each(names)('call %s', async (name) => {
  const { headers } = await server.client(name)
  const { functions, methods, answer } = calls[name]!
  const load = (file: string): Promise<Generated> => import(pathToFileURL(join(folder, file)).href)
  const made = await load(`${name}-functions.ts`)
  // The document names the server, so that no client has to be told.
  expect(made.defaults.baseUrl).toBe(server.url)
  made.defaults.headers = headers
  expect((await functions(made)).data).toMatchObject(answer)
  const { Api } = await load(`${name}-class.ts`)
  const client = new Api({ baseApiParams: { headers } })
  expect(client.baseUrl).toBe(server.url)
  expect((await methods(client)).data).toMatchObject(answer)
})
