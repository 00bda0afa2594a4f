/**
 * The guide's configuration of nginx as it stands, in a real nginx with TLS in front of two servers, asked by curl. Only its
 * ports, and the places of its certificate, are this test's. The engine is a stub, which hides measuring. Without nginx
 * (Debian: `apt-get install nginx-light`) only the guide's text is looked at.
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jpeg } from './support/didit.ts'
import { freePort } from './support/free-port.ts'
import { until } from './support/patience.ts'
import { startTestServer, type TestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path))
const guide = readFileSync('docs/guides/tls.md', 'utf8')
const [, section = ''] = /^## nginx\n(.*?)^## /ms.exec(guide) ?? []
const configuration = section.replace(/^ {4}/gm, '')
const host = 'liveface.example.com'

it('the guide’s configuration replaces the caller’s word for its address, and passes bodies on as they come', () => {
  expect(configuration).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
  expect(configuration).toContain('proxy_request_buffering off;')
})

if (!program) console.warn('Not run: two servers behind nginx, which is not installed.')
else describe('two servers behind nginx', () => behindNginx(program))

function behindNginx(nginxProgram: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'liveface-nginx-'))
  const servers: TestServer[] = []
  let port = 0
  let nginx: ReturnType<typeof spawn> | undefined

  beforeAll(async () => {
    const settings = { LIVEFACE_TRUST_PROXY: '127.0.0.1', LIVEFACE_PUBLIC_URL: `https://${host}` }
    for (let count = 0; count < 2; count++) {
      servers.push(await startTestServer({ engine: stubEngine(), settings, dataDirectory: scratch }))
    }
    port = await freePort()
    const certificate = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${host}`]
    const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')]
    execFileSync('openssl', ['req', ...certificate, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const [first, second] = servers.map(({ url }) => new URL(url).host)
    const placed = configuration
      .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replace('127.0.0.1:8080', first!)
      .replace('127.0.0.1:8081', second!)
      .replace('/etc/ssl/liveface/cert.pem', cert)
      .replace('/etc/ssl/liveface/key.pem', key)
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const main = `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${join(scratch, 'nginx.pid')};
error_log stderr;
events {}
http {
access_log off;
${folders.map((name) => `${name}_temp_path ${join(scratch, name)};`).join('\n')}
${placed}
}
`
    const file = join(scratch, 'nginx.conf')
    writeFileSync(file, main)
    nginx = spawn(nginxProgram, ['-p', scratch, '-e', 'stderr', '-c', file], { stdio: 'ignore' })
    await until(async () => (await curl('/healthz')).status === 200, 'The start of nginx')
  })
  afterAll(async () => {
    if (nginx?.exitCode === null) {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
    }
    for (const server of servers) await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  })

  async function curl(path: string, ...more: string[]) {
    const name = ['--resolve', `${host}:${port}:127.0.0.1`, '--insecure', '--silent']
    const written = ['--write-out', '\n%{http_code}', ...more, `https://${host}:${port}${path}`]
    const { stdout } = await promisify(execFile)('curl', [...name, ...written]).catch((error) => error)
    const lines = String(stdout).split('\n')
    return { status: Number(lines.at(-1)), body: lines.slice(0, -1).join('\n') }
  }

  function check(headers: Record<string, string>, bytes = jpeg, ...more: string[]) {
    const file = join(scratch, 'picture.jpg')
    writeFileSync(file, bytes)
    const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const fields = ['-F', `verification_id=${crypto.randomUUID()}`, '-F', `image=@${file}`]
    return curl('/verification/face-liveness', ...sent, ...fields, ...more)
  }

  it('see the caller’s own address, whatever it says of itself', async () => {
    const elsewhere = '203.0.113.9'
    const forged = ['-H', `X-Forwarded-For: ${elsewhere}`]
    for (const [address, status] of [
      ['127.0.0.1', 200],
      [elsewhere, 403],
    ] as const) {
      const { headers } = await servers[0]!.client('cashfree', { settings: { ipAllowList: [address] } })
      expect((await check(headers, jpeg, ...forged)).status).toBe(status)
    }
  })

  it('get bodies up to the largest that an API takes, and none beyond', async () => {
    const { headers } = await servers[0]!.client('cashfree')
    const large = Buffer.concat([jpeg, Buffer.alloc(10_000_000)])
    expect((await check(headers, large)).status).toBe(200)
    expect((await check(headers, Buffer.alloc(40_000_000))).status).toBe(413)
  })

  it('keep to themselves what is for operators', async () => {
    for (const path of ['/readyz', '/metrics']) expect((await curl(path)).status).toBe(404)
  })

  it('are one when the other is gone', async () => {
    const { headers } = await servers[0]!.client('cashfree')
    await servers.pop()!.stop()
    for (let call = 0; call < 4; call++) expect((await check(headers)).status).toBe(200)
  })
}
