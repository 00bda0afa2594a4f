/**
 * `npm run sbom`: writes sbom.cdx.json, a CycloneDX 1.5 bill of what a production installation runs: packages out of the
 * lock file, nets out of the catalogue. It holds no time and no random number: the same tree gives the same bytes.
 *
 * npm has such a command too. It leaves out production packages that a development package also needs, pg among them.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogue } from '../src/engine/models/catalogue.ts'
import { root } from './setup.mjs'

/** Development packages of which the pages in dist/web contain a part. */
const bundled = ['preact', '@tensorflow/tfjs-backend-wasm', 'uqr', '@simplewebauthn/browser']

/** The net that only the capture page runs, in the browser (web/build/vision.ts). */
const iris = {
  package: '@vladmandic/human',
  licence: 'MIT',
  measures: 'Where the eyes look, on the capture page, in the browser.',
  files: ['models/iris.json', 'models/iris.bin'],
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
const self = `${manifest.name}@${manifest.version}`

const byRef = (a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)
const purl = (name, version, path) =>
  `pkg:npm/${name.replace('@', '%40')}@${version}${path ? `#${path}` : ''}`
const sha256 = (content) => [{ alg: 'SHA-256', content }]
const licences = (id) => [/[ (]/.test(id) ? { expression: id } : { license: { id } }]

/** Name of the package at a place of the lock file; that of an alias is the package's own. */
const nameAt = (place) => lock[place].name ?? place.slice(place.lastIndexOf('node_modules/') + 13)
const refAt = (place) => `${nameAt(place)}@${lock[place].version}`

/** Where Node finds a dependency of what lies at `place`; undefined where an optional one is not in the lock file. */
function resolve(place, name) {
  for (let from = place; ; from = from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0))) {
    const found = `${from ? `${from}/` : ''}node_modules/${name}`
    if (lock[found]) return found
    if (!from) return undefined
  }
}

function library(place) {
  const { version, license, integrity, optional } = lock[place]
  const name = nameAt(place)
  return {
    'bom-ref': refAt(place),
    type: 'library',
    name,
    version,
    scope: optional ? 'optional' : 'required',
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.split('-')[1], 'base64').toString('hex') }],
    licenses: licences(license),
    purl: purl(name, version),
  }
}

/** `files`: `[path inside the package, SHA-256]`, the weights last. */
function model(name, { package: from, version, licence, measures }, files) {
  const [path, digest] = files.at(-1)
  return {
    'bom-ref': `net:${name}`,
    type: 'machine-learning-model',
    name,
    version,
    description: measures,
    scope: 'required',
    hashes: sha256(digest),
    licenses: licences(licence),
    purl: purl(from, version, path),
    components: files.map(([file, content]) => ({ type: 'file', name: file, hashes: sha256(content) })),
  }
}

function models() {
  const { name, version } = manifest
  const served = Object.entries(catalogue).map(([title, net]) =>
    net.kind === 'own'
      ? model(title, { ...net, package: name, version }, [[net.file, net.sha256]])
      : model(title, net, Object.entries(net.files)),
  )
  const installed = join('node_modules', iris.package)
  const files = iris.files.map((file) => {
    const bytes = readFileSync(join(root, installed, file))
    return [file, createHash('sha256').update(bytes).digest('hex')]
  })
  return [...served, model('iris', { ...iris, version: lock[installed].version }, files)]
}

/** The whole bill, as a JSON value. */
export function bill() {
  const shipped = bundled.map((name) => `node_modules/${name}`)
  const places = [...Object.keys(lock).filter((place) => place && !lock[place].dev), ...shipped]
  const libraries = new Map(places.map((place) => [refAt(place), library(place)]))
  const needs = new Map()
  const need = (ref, place, ...names) => {
    const found = names.map((name) => resolve(place, name)).filter(Boolean)
    needs.set(ref, new Set([...(needs.get(ref) ?? []), ...found.map(refAt)]))
  }
  need(self, '', ...Object.keys(manifest.dependencies), ...bundled)
  for (const place of places) {
    const { dependencies, optionalDependencies } = lock[place]
    // Of a bundled package the pages hold a part; what the rest of it would need is not shipped.
    const names = shipped.includes(place) ? [] : Object.keys({ ...dependencies, ...optionalDependencies })
    need(refAt(place), place, ...names)
  }
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        'bom-ref': self,
        type: 'application',
        name: manifest.name,
        version: manifest.version,
        licenses: licences(manifest.license),
        purl: purl(manifest.name, manifest.version),
      },
    },
    components: [...libraries.values(), ...models()].sort(byRef),
    dependencies: [...needs].map(([ref, on]) => ({ ref, dependsOn: [...on].sort() })),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'sbom.cdx.json'), `${JSON.stringify(bill(), null, 2)}\n`)
}
