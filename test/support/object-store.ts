/** A real S3-compatible server (s3rver) on loopback, which checks signatures; it can go away and come back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

interface S3rver {
  store: { listObjects(bucket: string, asked: object): Promise<unknown> }
  run(): Promise<{ port: number }>
  close(): Promise<void>
  httpServer: { closeAllConnections(): void }
}

const Server: new (options: object) => S3rver = createRequire(import.meta.url)('@20minutes/s3rver')

export interface TestObjectStore {
  /** Of a Liveface that keeps its pictures here. */
  settings: Record<string, string>
  /** Refuses connections until `comeBack`. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  stop(): Promise<void>
}

/** Its second page is named by a cipher that OpenSSL 3 no longer has: each list is one page, however long. */
function listWhole({ store }: S3rver): void {
  const list = store.listObjects.bind(store)
  store.listObjects = (bucket, asked) => list(bucket, { ...asked, maxKeys: Number.POSITIVE_INFINITY })
}

/** Starts one with a bucket named `pictures`. */
export async function startObjectStore(): Promise<TestObjectStore> {
  const directory = mkdtempSync(join(tmpdir(), 'liveface-store-'))
  // The same at each start, so that a server finds the store where it was.
  const port = await freePort()
  const open = async () => {
    const buckets = [{ name: 'pictures', configs: [] }]
    const opened = new Server({
      address: '127.0.0.1',
      port,
      silent: true,
      directory,
      configureBuckets: buckets,
    })
    listWhole(opened)
    await opened.run()
    return opened
  }
  let server: S3rver | null = await open()
  const goAway = async () => {
    const closed = server?.close()
    server?.httpServer.closeAllConnections()
    server = null
    await closed
  }
  return {
    settings: {
      LIVEFACE_EVIDENCE_URL: 's3://pictures/of/liveface',
      LIVEFACE_S3_ENDPOINT: `http://127.0.0.1:${port}`,
      // The one pair that this server knows.
      LIVEFACE_S3_ACCESS_KEY_ID: 'S3RVER',
      LIVEFACE_S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    goAway,
    async comeBack() {
      server = await open()
    },
    async stop() {
      await goAway()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
