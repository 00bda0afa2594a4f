/** A real nginx with the configuration that operators get, deploy/nginx.conf. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'
import { until } from './patience.ts'

/** The program; undefined where it is not installed. */
export const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx'].find((path) => existsSync(path))

if (!nginx) {
  console.warn('Skipping nginx: it is not installed. `npm run test:install` installs it on Debian.')
}

export const configuration = readFileSync('deploy/nginx.conf', 'utf8')
/** The name that stands in it. */
export const host = 'liveface.example.com'

export interface TestNginx {
  port: number
  /** Asks it over TLS. @param more arguments of curl. @returns status 0 when there was no answer */
  curl(path: string, ...more: string[]): Promise<{ status: number; body: string }>
  stop(): Promise<void>
}

/**
 * Starts it with a certificate of its own.
 * @param upstreams host and port of the two servers
 * @param times limits of time to set instead of the file's, by their names in it
 */
export async function startNginx(
  upstreams: readonly [string, string],
  times: Record<string, string> = {},
): Promise<TestNginx> {
  const scratch = mkdtempSync(join(tmpdir(), 'liveface-nginx-'))
  const port = await freePort()
  const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')]
  const certificate = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${host}`]
  execFileSync('openssl', ['req', ...certificate, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  let placed = configuration
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('127.0.0.1:8080', upstreams[0])
    .replace('127.0.0.1:8081', upstreams[1])
    .replace('/etc/ssl/liveface/cert.pem', cert)
    .replace('/etc/ssl/liveface/key.pem', key)
  for (const [name, time] of Object.entries(times)) {
    placed = placed.replace(new RegExp(`${name} \\w+;`), `${name} ${time};`)
  }
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const file = join(scratch, 'nginx.conf')
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${join(scratch, 'nginx.pid')};
error_log stderr;
events {}
http {
access_log off;
${folders.map((name) => `${name}_temp_path ${join(scratch, name)};`).join('\n')}
${placed}
}
`,
  )
  const child = spawn(nginx!, ['-p', scratch, '-e', 'stderr', '-c', file], { stdio: 'ignore' })

  async function curl(path: string, ...more: string[]) {
    const name = ['--resolve', `${host}:${port}:127.0.0.1`, '--insecure', '--silent']
    const written = ['--write-out', '\n%{http_code}', ...more, `https://${host}:${port}${path}`]
    const { stdout } = await promisify(execFile)('curl', [...name, ...written]).catch((error) => error)
    const lines = String(stdout).split('\n')
    return { status: Number(lines.at(-1)), body: lines.slice(0, -1).join('\n') }
  }

  // The one path that nginx answers itself.
  await until(async () => (await curl('/readyz')).status === 404, 'The start of nginx')
  return {
    port,
    curl,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}
