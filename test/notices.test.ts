/** NOTICE and the table of nets leave out nothing of the bill of materials that they are there for. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Component {
  type: string
  name: string
  version: string
  purl: string
  licenses: { license?: { id: string }; expression?: string }[]
}

const { components } = JSON.parse(readFileSync('sbom.cdx.json', 'utf8')) as { components: Component[] }
const notice = readFileSync('NOTICE', 'utf8')
const packages = components
  .filter(({ type }) => type === 'library')
  .map(({ name, version, licenses: [first] }) => ({
    name,
    version,
    licence: first?.license?.id ?? first?.expression ?? '',
  }))

/** `name version` of the package that a package URL names. */
const source = (purl: string) =>
  purl
    .replace(/^pkg:npm\/|#.*/g, '')
    .replace('%40', '@')
    .replace(/@([^@]+)$/, ' $1')

describe('NOTICE', () => {
  it.each(packages.filter(({ licence }) => /GPL|MPL|EPL|CDDL/.test(licence)))(
    'names $name, which is $licence',
    ({ name, version }) => {
      const sharp = /^@img\/(sharp-libvips|sharp-win32|sharp-wasm32)/.exec(name)?.[1]
      if (sharp) expect(notice).toContain(`@img/${sharp}`)
      else expect(notice).toContain(`${name} ${version}`)
    },
  )

  it.each(packages.filter(({ licence }) => licence === 'Apache-2.0' || licence === ''))(
    'names $name, which is $licence',
    ({ name }) => {
      // sharp's own code, once for each platform.
      expect(notice).toContain(name.startsWith('@img/sharp-') ? 'sharp' : name)
    },
  )

  it('states the installed version wherever it states one', () => {
    const meant: Record<string, string> = {
      'TensorFlow.js': '@tensorflow/tfjs-backend-wasm',
      '@img/sharp-libvips-*': '@img/sharp-libvips-linux-x64',
    }
    const stated = [...notice.matchAll(/(\S+) (\d+\.\d+\.\d+)/g)]
    expect(stated.length).toBeGreaterThan(10)
    const known = components.map(({ purl }) => source(purl))
    for (const [, name = '', version] of stated) expect(known).toContain(`${meant[name] ?? name} ${version}`)
  })

  it.each([
    'preact',
    'uqr',
    '@simplewebauthn/browser',
    '@vladmandic/human',
    '@vladmandic/face-api',
    'better-sqlite3-13',
  ])('keeps the copyright line of %s', (name) => {
    const folder = `node_modules/${name}`
    const file = readdirSync(folder).find((found) => /^LICENSE(\.md)?$/.test(found)) ?? 'LICENSE'
    const [line] = /^Copyright .+$/m.exec(readFileSync(`${folder}/${file}`, 'utf8')) ?? []
    expect(line).toBeDefined()
    expect(notice).toContain(line)
  })
})

describe('docs/reference/nets.md', () => {
  const rows = readFileSync('docs/reference/nets.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))

  it.each(components.filter(({ type }) => type === 'machine-learning-model'))(
    'has a row for $name with its licence and origin',
    ({ name, purl, licenses: [first] }) => {
      const row = rows.filter((line) => line.split('|')[1]?.includes(`\`${name}\``))
      expect(row).toHaveLength(1)
      const [, , , licence, origin, learned] = row[0]?.split('|') ?? []
      expect(licence).toContain(first?.license?.id)
      expect(origin).toContain(purl.startsWith('pkg:npm/liveface@') ? 'training/' : source(purl))
      expect(learned?.trim()).toBeTruthy()
    },
  )

  it('has no row for a net that is gone', () => {
    const named = rows.flatMap((line) => line.split('|')[1]?.match(/[\w-]+/g) ?? [])
    const nets = components.filter(({ type }) => type === 'machine-learning-model').map(({ name }) => name)
    expect(named.sort()).toEqual(nets.sort())
  })
})
