/** A real server on loopback. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FetchError } from '../fetch/index.ts'
import { createProviderFetch } from './provider-fetch.ts'

let server: Server
let issuer = ''
let asked = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    asked++
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
    else response.setHeader('content-type', 'application/json').end('{"a":1}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const open = (allowPrivate: boolean) =>
  createProviderFetch({ issuer, allowPrivate, ports: [], totalMs: 8000 })
const get = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const

it('reaches this machine where that is allowed, and nothing there elsewhere', async () => {
  expect(await (await open(true)(issuer, get)).json()).toEqual({ a: 1 })
  const post = { ...get, method: 'POST', body: new URLSearchParams({ code: 'x' }) } as const
  expect(await (await open(true)(`${issuer}/token`, post)).json()).toEqual({ a: 1 })
  const before = asked
  for (const options of [get, post]) {
    await expect(open(false)(issuer, options)).rejects.toMatchObject({ reason: 'address_refused' })
  }
  expect(asked).toBe(before)
})

it('reaches no other port than its own, and follows no redirect', async () => {
  await expect(open(true)('http://127.0.0.1:1/', get)).rejects.toMatchObject({ reason: 'port_refused' })
  await expect(open(true)(`${issuer}/moved`, get)).rejects.toBeInstanceOf(FetchError)
})
