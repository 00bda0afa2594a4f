import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { openDatabase } from '../database/index.ts'
import type { GuardedFetch } from '../fetch/index.ts'
import { createLog } from '../log.ts'
import type { InnerServer } from '../pages/index.ts'
import { build } from './build.ts'
import { makePlaygroundFolder } from './playground-folder.ts'
import type { OpenServices } from './services.ts'

/**
 * The playground's server: the same dialects and the same engine over an empty database in memory and a folder of its
 * own, which goes when it is closed.
 */
export async function openInnerServer(
  { services: { config, engine }, dialects }: OpenServices,
  fetch: GuardedFetch,
): Promise<InnerServer> {
  const dataDirectory = makePlaygroundFolder()
  const { app, services, close } = await build(
    {
      ...config,
      dataDirectory,
      databaseUrl: undefined,
      // Known to nobody: what a killed process leaves in the folder can be opened by none.
      masterKey: randomBytes(32).toString('base64'),
      servedEnvironment: 'any',
      evidence: false,
      // The outer server logs the request already.
      tracing: { ...config.tracing, endpoint: undefined },
    },
    createLog('silent'),
    {
      // The engine is the outer server's to close.
      engine: { ...engine, close: async () => {} },
      database: await openDatabase({ file: ':memory:' }),
      fetch,
      dialects,
    },
  )
  return {
    app,
    async credential(name) {
      const dialect = dialects.find((candidate) => candidate.name === name)
      if (!dialect) throw new Error(`There is no dialect ${name}.`)
      const client = await services.clients.create({
        dialect: name,
        // Test credentials of some vendors get fixed answers.
        environment: 'production',
        name: 'playground',
      })
      const issued = dialect.issueCredential('production')
      await services.clients.addCredential(client.id, issued)
      return issued.headers
    },
    async close() {
      await close()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}
