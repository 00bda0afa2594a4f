/** What ships Liveface, as far as it can be told without a container engine; `npm run image:check` does what is heavier. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { listSettings } from '../src/commands/settings.ts'
import { version } from '../src/version.ts'

interface Stage {
  base: string
  name: string
  steps: { keyword: string; flags: Record<string, string>; text: string }[]
}

// @ts-expect-error the scripts are JavaScript without declarations
const { namesInContext, parseDockerfile, words } = await import('../scripts/dockerfile.mjs')
const { stages } = parseDockerfile(readFileSync('Dockerfile', 'utf8')) as { stages: Stage[] }
const last = stages.at(-1) as Stage
const textsOf = (keyword: string, stage = last) =>
  stage.steps.filter((step) => step.keyword === keyword).map(({ text }) => text)

/** Variables that the server reads. */
const settings = listSettings().flatMap(({ name, meaning }) =>
  meaning.includes(`${name}_FILE`) ? [name, `${name}_FILE`] : [name],
)
const unknownIn = (names: Iterable<string>) =>
  [...names].filter((name) => name.startsWith('LIVEFACE_') && !settings.includes(name))

describe('the image', () => {
  it('is built on a pinned version of Node, and holds no tool of the build', () => {
    for (const { base } of stages) expect(base).toBe('node:24-bookworm-slim')
    expect(stages.flatMap(({ steps }) => steps.map(({ keyword }) => keyword))).not.toContain('ADD')
    const copies = last.steps.filter(({ keyword }) => keyword === 'COPY')
    expect(copies.map(({ flags }) => flags.from)).toEqual(copies.map(() => 'build'))
  })

  it('runs as another user than root, tells its health, and gets signals itself', () => {
    expect(textsOf('USER')).toEqual(['node'])
    expect(textsOf('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(textsOf('HEALTHCHECK')[0]).toContain('/healthz')
    // A shell in between would keep the signal.
    expect(JSON.parse(textsOf('ENTRYPOINT')[0] ?? '')).toEqual(['node', '/liveface/dist/cli.js'])
    expect(textsOf('LABEL').join()).toContain('org.opencontainers.image.version')
  })

  it('names settings that exist, and holds no secret', () => {
    const variables = textsOf('ENV').flatMap((text) =>
      (words(text) as string[]).map((word) => word.split('=')[0]!),
    )
    expect(variables).toContain('LIVEFACE_PRODUCTION')
    expect(unknownIn(variables)).toEqual([])
    expect(variables.filter((name) => settings.includes(`${name}_FILE`))).toEqual([])
  })

  it('is sent what it copies, and nothing that is secret or heavy', () => {
    const names = namesInContext('.') as string[]
    expect(names.filter((name) => !existsSync(name))).toEqual([])
    for (const name of ['.git', 'data', 'node_modules', 'deploy', 'test']) expect(names).not.toContain(name)
    const copied = stages[0]!.steps
      .filter(({ keyword }) => keyword === 'COPY')
      .flatMap(({ text }) => words(text) as string[])
    expect(copied.slice(0, 3).filter((name) => !names.includes(name))).toEqual([])
  })
})

describe('compose.yaml', () => {
  const { services, secrets } = parse(readFileSync('compose.yaml', 'utf8'))

  it('starts two servers that can write nowhere but to memory, and hands them secrets as files', () => {
    const { liveface } = services
    expect(liveface).toMatchObject({ deploy: { replicas: 2 }, read_only: true, cap_drop: ['ALL'] })
    expect(liveface.tmpfs).toEqual(['/tmp', '/data:uid=1000,gid=1000,mode=0700'])
    expect(unknownIn(Object.keys(liveface.environment))).toEqual([])
    const files = Object.entries(liveface.environment as Record<string, string>)
      .filter(([name]) => name.endsWith('_FILE'))
      .map(([, file]) => file.replace('/run/secrets/', ''))
    expect(files.sort()).toEqual([...liveface.secrets].sort())
  })

  it('knows every secret, and the guide makes each of them', () => {
    const used = Object.values<{ secrets?: string[] }>(services).flatMap((service) => service.secrets ?? [])
    expect([...new Set(used)].sort()).toEqual(Object.keys(secrets).sort())
    const guide = readFileSync('docs/guides/containers.md', 'utf8')
    for (const name of Object.keys(secrets)) expect(guide).toContain(`> ${name}\n`)
    expect(readFileSync('.gitignore', 'utf8')).toContain('deploy/secrets/')
    // The image's user alone.
    expect(guide).toContain('chmod 400 deploy/secrets/*')
    expect(guide).toContain('chown -R 1000:1000 deploy/secrets')
  })
})

describe('the Helm chart', () => {
  const folder = 'deploy/helm/liveface'
  const values = parse(readFileSync(join(folder, 'values.yaml'), 'utf8'))

  it('is of this version, and sets settings that exist', () => {
    expect(parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8'))).toMatchObject({
      version,
      appVersion: version,
    })
    expect(unknownIn(Object.keys(values.settings))).toEqual([])
  })

  it.each(readdirSync(join(folder, 'templates')))(
    '%s asks for values that there are, and closes what it opens',
    (name) => {
      const text = readFileSync(join(folder, 'templates', name), 'utf8')
      for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) {
        const found = path.split('.').reduce((value, key) => value?.[key], values)
        expect(found, path).toBeDefined()
      }
      const opened = [...text.matchAll(/\{\{-? (if|range|with|define) /g)]
      expect([...text.matchAll(/\{\{-? end -?\}\}/g)]).toHaveLength(opened.length)
    },
  )
})

it('the systemd unit names settings that exist', () => {
  const text = readFileSync('deploy/systemd/liveface.service', 'utf8')
  expect(unknownIn([...text.matchAll(/\b(LIVEFACE_\w+)=/g)].map(([, name]) => name!))).toEqual([])
})
