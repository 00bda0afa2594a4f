import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeSettings, readConfig, settingsInForce } from './index.ts'
import { count } from './types.ts'

describe('settings', () => {
  it('that do not exist are named with the nearest one that does', () => {
    expect(() => readConfig({ LIVEFACE_EVIDENSE: 'true' })).toThrow(
      'LIVEFACE_EVIDENSE is no setting. Did you mean LIVEFACE_EVIDENCE?',
    )
    expect(() => readConfig({ PATH: '/bin', OTHER_SETTING: '1' })).not.toThrow()
  })

  it('of a vendor are read, described and checked with those of every server', () => {
    const own = [{ variable: 'LIVEFACE_OWN_WINDOW', type: count(1).default(7).describe('A window.') }]
    expect(readConfig({}, own).vendors).toEqual({ LIVEFACE_OWN_WINDOW: 7 })
    expect(readConfig({ LIVEFACE_OWN_WINDOW: '9' }, own).vendors).toEqual({ LIVEFACE_OWN_WINDOW: 9 })
    expect(describeSettings(own).at(-1)).toEqual({
      name: 'LIVEFACE_OWN_WINDOW',
      fallback: '7',
      meaning: 'A window.',
    })
    const wrong = { LIVEFACE_OWN_WINDOW: '0', PORT: 'x' }
    expect(() => readConfig(wrong, own)).toThrow(/PORT: .*\n {2}LIVEFACE_OWN_WINDOW: /)
    expect(() => readConfig({ LIVEFACE_OWN_WINDO: '9' }, own)).toThrow(/Did you mean LIVEFACE_OWN_WINDOW\?/)
    expect(() => readConfig({ LIVEFACE_OWN_WINDOW: '9' })).toThrow(/LIVEFACE_OWN_WINDOW is no setting/)
  })

  it('of production mode serve no sandbox credential', () => {
    expect(readConfig({ LIVEFACE_PRODUCTION: 'true' }).servedEnvironment).toBe('production')
    expect(readConfig({}).servedEnvironment).toBe('any')
    for (const contrary of ['any', 'sandbox']) {
      const settings = { LIVEFACE_PRODUCTION: 'true', LIVEFACE_ENVIRONMENT: contrary }
      expect(() => readConfig(settings)).toThrow(/LIVEFACE_ENVIRONMENT must be production/)
    }
  })

  it('that are absent have their defaults, which production mode changes', () => {
    const development = readConfig({})
    expect(development).toMatchObject({
      production: false,
      dataDirectory: resolve('data'),
      databaseUrl: undefined,
      evidence: undefined,
      listening: { host: '127.0.0.1', port: 8080, headersMs: 10_000, requestMs: 60_000 },
      liveness: { threshold: 0.5, reviewBand: 0.2 },
      match: { threshold: 0.75, reviewBand: 0.05 },
      screening: { same: 0.8, possible: 0.75 },
      fetch: { ports: [], allowPrivate: false, totalMs: 8000 },
      pages: { playground: true, docs: true },
      tracing: { endpoint: undefined, serviceName: 'liveface', sampled: 1 },
    })
    expect(readConfig({ LIVEFACE_PRODUCTION: 'on' }).pages).toMatchObject({ playground: false, docs: false })
    const asked = { LIVEFACE_PRODUCTION: 'on', LIVEFACE_DOCS: 'on', LIVEFACE_PLAYGROUND: '1' }
    expect(readConfig(asked).pages).toMatchObject({ playground: true, docs: true })
  })

  it('that are empty count as absent', () => {
    expect(readConfig({ LIVEFACE_DATABASE_URL: '', PORT: '' })).toMatchObject({
      databaseUrl: undefined,
      listening: { port: 8080 },
    })
  })

  it('arrive in the units of the code that takes them', () => {
    const { engine, admission } = readConfig({
      LIVEFACE_WORKERS: '3',
      LIVEFACE_WORKER_MEMORY_MB: '512',
      LIVEFACE_PIXEL_LIMIT: '1000',
      LIVEFACE_PICTURE_TIMEOUT_MS: '900',
      LIVEFACE_MODELS_DIR: '/models',
      LIVEFACE_DATA_DIR: '/data',
      LIVEFACE_REQUESTS: '10',
      LIVEFACE_REQUESTS_PER_CLIENT: '4',
      LIVEFACE_QUEUE_WAIT_MS: '70',
    })
    expect(engine).toEqual({
      workers: 3,
      maxQueue: 24,
      timeoutMs: 900,
      memoryLimit: 512 * 1024 * 1024,
      pixelLimit: 1000,
      modelsDirectory: '/models',
      addedNetsDirectory: '/data/nets',
    })
    expect(admission).toEqual({ longestWaitMs: 70, maxQueued: 24, maxUnderWay: 10, maxPerClient: 4 })
    expect(readConfig({ LIVEFACE_QUEUE: '5' })).toMatchObject({
      engine: { maxQueue: 5 },
      admission: { maxQueued: 5 },
    })
  })

  it('allow private URLs outside production mode alone', () => {
    const asked = { LIVEFACE_ALLOW_PRIVATE_URLS: 'true' }
    expect(readConfig(asked).fetch.allowPrivate).toBe(true)
    expect(readConfig({ ...asked, LIVEFACE_PRODUCTION: 'true' }).fetch.allowPrivate).toBe(false)
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', 'abc'],
    ['LIVEFACE_WORKERS', '0'],
    ['LIVEFACE_PIXEL_LIMIT', '0'],
    ['LIVEFACE_PICTURE_TIMEOUT_MS', '99'],
    ['LIVEFACE_LIVENESS_THRESHOLD', '1.1'],
    ['LIVEFACE_LIVENESS_REVIEW_BAND', '0.6'],
    ['LIVEFACE_MATCH_THRESHOLD', '1'],
    ['LIVEFACE_SCREENING_SAME', '-0.1'],
    ['LIVEFACE_FETCH_PORTS', '80,x'],
    ['LIVEFACE_EVIDENCE', 'yes'],
    ['LIVEFACE_METRICS_TOKEN', 'short'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector'],
  ])('name the variable where %s is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^Wrong settings:\n  ${name}(\\.\\d+)?: `))
  })

  it.each([
    [
      { LIVEFACE_SCREENING_SAME: '0.7' },
      'LIVEFACE_SCREENING_SAME (0.7) must not be below LIVEFACE_SCREENING_POSSIBLE (0.75).',
    ],
    [
      { LIVEFACE_LIVENESS_THRESHOLD: '0.95', LIVEFACE_LIVENESS_REVIEW_BAND: '0.1' },
      'LIVEFACE_LIVENESS_REVIEW_BAND (0.1) around LIVEFACE_LIVENESS_THRESHOLD (0.95) must stay within 0 and 1.',
    ],
    [
      { LIVEFACE_MATCH_THRESHOLD: '0.1', LIVEFACE_MATCH_REVIEW_BAND: '0.2' },
      'LIVEFACE_MATCH_REVIEW_BAND (0.2) around LIVEFACE_MATCH_THRESHOLD (0.1) must stay within 0 and 1.',
    ],
    [
      { LIVEFACE_REQUESTS: '8', LIVEFACE_REQUESTS_PER_CLIENT: '9' },
      'LIVEFACE_REQUESTS_PER_CLIENT (9) must not be above LIVEFACE_REQUESTS (8).',
    ],
  ])('that contradict each other are named: %o', (given, sentence) => {
    expect(() => readConfig(given)).toThrow(sentence)
  })

  it('that are no numbers are named with what was expected', () => {
    expect(() => readConfig({ PORT: 'abc' })).toThrow('PORT: expected a whole number')
    expect(() => readConfig({ LIVEFACE_MATCH_THRESHOLD: 'x' })).toThrow(': expected a number')
  })

  it('at the ends of what fits together are taken', () => {
    const fitting = {
      LIVEFACE_SCREENING_SAME: '0.75',
      LIVEFACE_LIVENESS_THRESHOLD: '0.9',
      LIVEFACE_REQUESTS: '8',
      LIVEFACE_REQUESTS_PER_CLIENT: '8',
    }
    const { threshold, reviewBand } = readConfig(fitting).liveness
    expect([threshold, reviewBand]).toEqual([0.9, expect.closeTo(0.1)])
    expect(readConfig({}).liveness).toEqual({ threshold: 0.5, reviewBand: 0.2 })
    // Everybody passes, or nobody does: there is nothing to review.
    for (const end of ['0', '1']) expect(() => readConfig({ LIVEFACE_LIVENESS_THRESHOLD: end })).not.toThrow()
  })
})

it('settings in force say of a secret no more than whether it is set', () => {
  const secret = 'postgres://somebody:password@localhost/faces'
  const shown = settingsInForce({ LIVEFACE_DATABASE_URL: secret, LIVEFACE_WORKERS: '7', HOST: '' })
  expect(JSON.stringify(shown)).not.toContain('password')
  const of = (name: string) => shown.find((setting) => setting.name === name)
  expect(of('LIVEFACE_DATABASE_URL')).toMatchObject({ value: 'set', changed: true })
  expect(of('LIVEFACE_MASTER_KEY')).toMatchObject({ value: 'not set', changed: false })
  expect(of('LIVEFACE_WORKERS')).toMatchObject({ value: '7', changed: true })
  expect(of('HOST')).toMatchObject({ value: of('HOST')?.default, changed: false })
  const inFile = settingsInForce({ LIVEFACE_MASTER_KEY_FILE: '/run/secrets/key' })
  expect(inFile.find(({ name }) => name === 'LIVEFACE_MASTER_KEY')).toMatchObject({ value: 'set' })
  // Commands hold tokens.
  const command = settingsInForce({ LIVEFACE_MASTER_KEY_COMMAND: 'vault read -token hvs.password key' })
  expect(JSON.stringify(command)).not.toContain('password')
})
