import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineError } from '../engine/errors.ts'
import { catalogue, type NetName, netNames } from '../engine/models/catalogue.ts'
import { compilerVersion, packageRoot } from '../engine/models/files.ts'
import type { Net } from '../engine/models/net.ts'
import { type CompileOptions, prepareModel } from './index.ts'

const human = join(packageRoot(), 'node_modules/@vladmandic/human')
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'liveface-models-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** A package folder that holds only the blazeface net, for a test to spoil. */
async function copyOfPackage(): Promise<string> {
  const copy = join(directory, 'package')
  await mkdir(join(copy, 'models'), { recursive: true })
  for (const file of Object.keys(catalogue.blazeface.files)) await cp(join(human, file), join(copy, file))
  return copy
}

const cached = (extra: object = {}) => ({ cacheDirectory: join(directory, 'cache'), ...extra })

async function compileModels({ names = netNames, ...options }: CompileOptions & { names?: NetName[] } = {}) {
  const paths = new Map<NetName, string>()
  for (const name of names) paths.set(name, (await prepareModel(name, options)).path)
  return paths
}

async function codeOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(EngineError)
  return error as EngineError
}

describe('the cache', () => {
  it('compiles once, and the second call finds the file', async () => {
    const first = await prepareModel('blazeface', cached())
    const second = await prepareModel('blazeface', cached())
    expect([first.compiled, second.compiled]).toEqual([true, false])
    expect(second.path).toBe(first.path)
  })

  it.each([
    ['cut short', (path: string) => truncate(path, 1000)],
    ['changed in one byte', flipByte],
    ['without its checksum', (path: string) => rm(`${path}.sha256`)],
    ['gone', (path: string) => rm(path)],
  ])('compiles a file again that is %s', async (_, spoil) => {
    const { path } = await prepareModel('blazeface', cached())
    const original = await readFile(path)
    await spoil(path)
    expect((await prepareModel('blazeface', cached())).compiled).toBe(true)
    expect((await readFile(path)).equals(original)).toBe(true)
  })

  it('removes the same net from an older compiler, and nothing else', async () => {
    const cache = join(directory, 'cache')
    await mkdir(cache)
    const [old, other] = ['blazeface-0123456789abcdef.onnx', 'blazeface-of-the-user.onnx']
    for (const name of [old, other]) await writeFile(join(cache, name), '')
    await prepareModel('blazeface', cached())
    const files = await readdir(cache)
    expect(files).not.toContain(old)
    expect(files).toContain(other)
    expect(files).toHaveLength(3)
  })

  it('survives several processes that compile at once, without temporary files left', async () => {
    const results = await Promise.all([1, 2, 3].map(() => prepareModel('blazeface', cached())))
    expect(new Set(results.map((result) => result.path)).size).toBe(1)
    expect((await prepareModel('blazeface', cached())).compiled).toBe(false)
    expect(await readdir(join(directory, 'cache'))).toHaveLength(2)
  })
})

describe('source weights', () => {
  it.each(Object.keys(catalogue.blazeface.files))('a changed %s stops with its name', async (file) => {
    const copy = await copyOfPackage()
    await flipByte(join(copy, file))
    const error = await codeOf(prepareModel('blazeface', cached({ packageDirectory: () => copy })))
    expect(error.code).toBe('model_damaged')
    expect(error.message).toContain(join(copy, file))
  })

  it('are checked although the compiled file is there', async () => {
    const copy = await copyOfPackage()
    const options = cached({ packageDirectory: () => copy })
    await prepareModel('blazeface', options)
    await flipByte(join(copy, 'models/blazeface.bin'))
    expect((await codeOf(prepareModel('blazeface', options))).code).toBe('model_damaged')
  })

  it('a missing file stops with its name', async () => {
    const copy = await copyOfPackage()
    await rm(join(copy, 'models/blazeface.bin'))
    const error = await codeOf(prepareModel('blazeface', cached({ packageDirectory: () => copy })))
    expect(error.code).toBe('model_missing')
    expect(error.message).toContain('blazeface.bin')
  })
})

describe('a net whose package is not installed', () => {
  const withoutNpm = async <T>(work: () => Promise<T>): Promise<T> => {
    const { PATH } = process.env
    process.env.PATH = directory
    try {
      return await work()
    } finally {
      process.env.PATH = PATH
    }
  }

  it('is fetched when it is compiled, and not again', async () => {
    const first = await prepareModel('face-recognition', cached())
    expect(first.compiled).toBe(true)
    const second = await withoutNpm(() => prepareModel('face-recognition', cached()))
    expect(second).toEqual({ path: first.path, compiled: false })
  })

  it('stops with the name of the package where it cannot be had', async () => {
    const error = await codeOf(withoutNpm(() => prepareModel('face-recognition', cached())))
    expect(error.code).toBe('model_missing')
    expect(error.message).toContain('faceplugin-face-recognition-js@0.0.1: spawn npm ENOENT')
  })

  it('says why npm could not fetch it', async () => {
    const registry = process.env.npm_config_registry
    // Nothing listens on this port.
    process.env.npm_config_registry = 'http://127.0.0.1:9'
    process.env.npm_config_fetch_retries = '0'
    process.env.npm_config_cache = join(directory, 'npm')
    const error = await codeOf(prepareModel('face-recognition', cached()))
    delete process.env.npm_config_fetch_retries
    delete process.env.npm_config_cache
    if (registry) process.env.npm_config_registry = registry
    else delete process.env.npm_config_registry
    expect(error.message).toContain('faceplugin-face-recognition-js@0.0.1: ECONNREFUSED')
  })

  it('is compiled from a folder that is given, and its checksum compared', async () => {
    const copy = join(directory, 'package')
    await mkdir(join(copy, 'model'), { recursive: true })
    await writeFile(join(copy, 'model/fr_feature.onnx'), 'something else')
    const options = cached({ packageDirectory: () => copy })
    expect((await codeOf(prepareModel('face-recognition', options))).code).toBe('model_damaged')
  })
})

describe('the catalogue', () => {
  it('compiles every net to its own file', async () => {
    const paths = await compileModels()
    expect([...paths.keys()]).toEqual(netNames)
    for (const path of paths.values()) expect((await stat(path)).size).toBeGreaterThan(1000)
  })

  it('compiles to the bytes that this compiler version is known by', async () => {
    // Fails when the compiler writes something else: raise compilerVersion in engine/models/files.ts, or every machine
    // keeps running its old files; then write the new digest here.
    const names = netNames.filter((name) => catalogue[name].kind !== 'onnx')
    const paths = await compileModels({ cacheDirectory: join(directory, 'cache'), names })
    // Compiled when the machine was set up: fetching it again takes seconds.
    for (const [name, path] of await compileModels({ names: ['face-recognition'] })) paths.set(name, path)
    const digest = createHash('sha256')
    for (const path of paths.values()) {
      if (!path.startsWith(join(packageRoot(), 'models'))) digest.update(await readFile(path))
    }
    expect({ version: compilerVersion, digest: digest.digest('hex').slice(0, 16) }).toEqual({
      version: 8,
      digest: '0912b0c6aa03d154',
    })
  })

  it('names a full checksum for every file, and the versions that are installed', async () => {
    for (const net of Object.values(catalogue) as Net[]) {
      const checksums = net.kind === 'own' ? [net.sha256] : Object.values(net.files)
      for (const checksum of checksums) expect(checksum).toMatch(/^[0-9a-f]{64}$/)
      // Fetched by its exact version.
      if (net.kind === 'own' || net.kind === 'onnx') continue
      const manifest = join(packageRoot(), 'node_modules', net.package, 'package.json')
      expect(JSON.parse(await readFile(manifest, 'utf8')).version).toBe(net.version)
    }
  })
})

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] as number) ^ 1
  await writeFile(path, bytes)
}
