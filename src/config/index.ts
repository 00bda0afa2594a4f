/** The configuration of a server: what the environment says, checked once, in groups. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { findContradictions } from './contradictions.ts'
import { nearest } from './nearest.ts'
import { readSecretFiles } from './secret-files.ts'
import { schema, settings, type Variables } from './settings.ts'
import { isSecret, type Setting } from './types.ts'

export type Config = ReturnType<typeof toConfig> & {
  /** Values of the settings of single vendors, by variable; `dialects/common/settings.ts` reads them. */
  vendors: Readonly<Record<string, unknown>>
}

/** A setting has a value that can't be used. The message names each variable and what it expects. */
class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(lines: readonly string[]) {
    super(`Wrong settings:\n  ${lines.join('\n  ')}`)
  }
}

/** Names the folder of the tests and measurements, which start servers in their own environment. */
const ofTests = 'LIVEFACE_SHARED'

/**
 * Reads the settings from `environment` (usually process.env).
 * @param vendorSettings settings beside those of every server
 * @throws ConfigError naming every wrong variable at once
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  vendorSettings: readonly Setting[] = [],
): Config {
  // An empty variable is how compose files and CI say "not set".
  const said = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const ofVendors = Object.fromEntries(vendorSettings.map(({ variable, type }) => [variable, type]))
  const { given, wrong } = readSecretFiles(said, { ...settings, ...ofVendors })
  if (wrong.length > 0) throw new ConfigError(wrong)
  const parsed = schema.safeParse(given)
  const parsedVendors = z.object(ofVendors).safeParse(given)
  if (!parsed.success || !parsedVendors.success) {
    const issues = [parsed, parsedVendors].flatMap(({ error }) => error?.issues ?? [])
    throw new ConfigError(issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const known = [...Object.keys(settings), ...Object.keys(ofVendors)]
  const unknown = Object.keys(given).filter(
    (name) => name.startsWith('LIVEFACE_') && !known.includes(name) && name !== ofTests,
  )
  if (unknown.length > 0) {
    throw new ConfigError(
      unknown.map((name) => `${name} is no setting. Did you mean ${nearest(name, known)}?`),
    )
  }
  const variables = parsed.data
  // A default is no choice: production mode changes it.
  if (variables.LIVEFACE_PRODUCTION && !given.LIVEFACE_ENVIRONMENT) {
    variables.LIVEFACE_ENVIRONMENT = 'production'
  }
  const contradictions = findContradictions(variables)
  if (contradictions.length > 0) throw new ConfigError(contradictions)
  // An optional one that is absent has its name here too, to set it apart from one that nobody asked for.
  const vendors = Object.fromEntries(
    vendorSettings.map(({ variable }) => [variable, parsedVendors.data[variable]]),
  )
  return { ...toConfig(variables), vendors }
}

/** Groups the settings by what they are for, in the units of the code that takes them. */
function toConfig(given: Variables) {
  const production = given.LIVEFACE_PRODUCTION
  const maxQueue = given.LIVEFACE_QUEUE ?? given.LIVEFACE_WORKERS * 8
  return {
    production,
    /** Which credentials are served. */
    servedEnvironment: given.LIVEFACE_ENVIRONMENT,
    dataDirectory: resolve(given.LIVEFACE_DATA_DIR),
    databaseUrl: given.LIVEFACE_DATABASE_URL,
    databaseWaitMs: given.LIVEFACE_DATABASE_WAIT_MS,
    migrate: given.LIVEFACE_MIGRATE,
    masterKey: given.LIVEFACE_MASTER_KEY,
    masterKeyCommand: given.LIVEFACE_MASTER_KEY_COMMAND,
    /** Keep submitted pictures; absent: as each vendor's API does. */
    evidence: given.LIVEFACE_EVIDENCE,
    /** Absent: they lie in the data folder. */
    evidenceStore: toEvidenceStore(given),
    logLevel: given.LIVEFACE_LOG_LEVEL,
    metricsToken: given.LIVEFACE_METRICS_TOKEN,
    listening: {
      host: given.HOST,
      port: given.PORT,
      publicUrl: given.LIVEFACE_PUBLIC_URL,
      trustProxy: given.LIVEFACE_TRUST_PROXY,
      headersMs: given.LIVEFACE_HEADERS_TIMEOUT_MS,
      requestMs: given.LIVEFACE_REQUEST_TIMEOUT_MS,
    },
    process: {
      watchdogMs: given.LIVEFACE_WATCHDOG_MS,
      graceMs: given.LIVEFACE_GRACE_MS,
    },
    engine: {
      workers: given.LIVEFACE_WORKERS,
      maxQueue,
      timeoutMs: given.LIVEFACE_PICTURE_TIMEOUT_MS,
      memoryLimit: given.LIVEFACE_WORKER_MEMORY_MB * 2 ** 20,
      pixelLimit: given.LIVEFACE_PIXEL_LIMIT,
      addedNetsDirectory: resolve(given.LIVEFACE_DATA_DIR, 'nets'),
      ...(given.LIVEFACE_MODELS_DIR ? { modelsDirectory: given.LIVEFACE_MODELS_DIR } : {}),
    },
    admission: {
      longestWaitMs: given.LIVEFACE_QUEUE_WAIT_MS,
      maxQueued: maxQueue,
      maxUnderWay: given.LIVEFACE_REQUESTS,
      maxPerClient: given.LIVEFACE_REQUESTS_PER_CLIENT,
    },
    /** Per minute. */
    rates: { perClient: given.LIVEFACE_RATE_PER_CLIENT, perAddress: given.LIVEFACE_RATE_PER_IP },
    liveness: {
      threshold: given.LIVEFACE_LIVENESS_THRESHOLD,
      reviewBand: given.LIVEFACE_LIVENESS_REVIEW_BAND ?? usualBand(given.LIVEFACE_LIVENESS_THRESHOLD),
    },
    match: { threshold: given.LIVEFACE_MATCH_THRESHOLD, reviewBand: given.LIVEFACE_MATCH_REVIEW_BAND },
    challenges: {
      /** Refuse sessions whose photos look like one still picture made to act. */
      stillCheck: given.LIVEFACE_STILL_CHECK,
      paceMs: given.LIVEFACE_SESSION_PACE_MS,
    },
    screening: { same: given.LIVEFACE_SCREENING_SAME, possible: given.LIVEFACE_SCREENING_POSSIBLE },
    /** Of URLs that callers name. */
    fetch: {
      ports: given.LIVEFACE_FETCH_PORTS,
      allowPrivate: given.LIVEFACE_ALLOW_PRIVATE_URLS && !production,
      totalMs: given.LIVEFACE_FETCH_TIMEOUT_MS,
    },
    pages: {
      /** Of other sites' pages that hold the capture element. */
      captureOrigins: given.LIVEFACE_CAPTURE_ORIGINS,
      playground: given.LIVEFACE_PLAYGROUND ?? !production,
      playgroundToken: given.LIVEFACE_PLAYGROUND_TOKEN,
      docs: given.LIVEFACE_DOCS ?? !production,
    },
    console: {
      /** A decision needs a second person. */
      fourEyes: given.LIVEFACE_CONSOLE_FOUR_EYES,
      /** Where people sign in beside those who have a password; absent: nowhere. */
      provider: toProvider(given),
    },
    tracing: {
      /** Absent: no traces. */
      endpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: given.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: given.OTEL_SERVICE_NAME,
      /** Share of the requests, 0..1. */
      sampled: given.OTEL_TRACES_SAMPLER_ARG,
    },
  }
}

function toProvider(given: Variables) {
  if (!given.LIVEFACE_OIDC_ISSUER) return undefined
  return {
    issuer: given.LIVEFACE_OIDC_ISSUER,
    clientId: given.LIVEFACE_OIDC_CLIENT_ID ?? '',
    /** Absent: a public client. */
    clientSecret: given.LIVEFACE_OIDC_CLIENT_SECRET,
    scope: given.LIVEFACE_OIDC_SCOPE,
    roleClaim: given.LIVEFACE_OIDC_ROLE_CLAIM,
    /** The first of a person's counts. */
    roles: given.LIVEFACE_OIDC_ROLES ?? [],
    allowPrivate: given.LIVEFACE_OIDC_ALLOW_PRIVATE,
  }
}

function toEvidenceStore(given: Variables) {
  if (!given.LIVEFACE_EVIDENCE_URL) return undefined
  const { hostname: bucket, pathname } = new URL(given.LIVEFACE_EVIDENCE_URL)
  const prefix = pathname.split('/').filter(Boolean).join('/')
  const region = given.LIVEFACE_S3_REGION
  return {
    bucket,
    prefix: prefix && `${prefix}/`,
    endpoint: given.LIVEFACE_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
    region,
    accessKeyId: given.LIVEFACE_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: given.LIVEFACE_S3_SECRET_ACCESS_KEY ?? '',
    encryption: given.LIVEFACE_S3_ENCRYPTION,
  }
}

/** Every setting, for `liveface doctor` and docs/reference/settings.md. */
export function describeSettings(vendorSettings: readonly Setting[] = []): SettingDescription[] {
  const ofVendors = vendorSettings.map(({ variable, type }) => [variable, type] as const)
  return [...Object.entries(settings), ...ofVendors].map(([name, type]) => {
    const result = type.safeParse(undefined)
    const fallback = result.success && result.data !== undefined ? String(result.data) : ''
    const meaning = type.description ?? ''
    return {
      name,
      fallback,
      meaning: isSecret(type) ? `${meaning} Or name a file with ${name}_FILE.` : meaning,
    }
  })
}

/**
 * Every setting as it is in force. Of a secret no more than whether it is set.
 * @param environment what the process was started with
 */
export function settingsInForce(
  environment: Record<string, string | undefined>,
  vendorSettings: readonly Setting[] = [],
) {
  const secrets = Object.entries(settings).filter(([, type]) => isSecret(type))
  const ofVendors = vendorSettings.filter(({ type }) => isSecret(type))
  const hidden = new Set([...secrets.map(([name]) => name), ...ofVendors.map(({ variable }) => variable)])
  return describeSettings(vendorSettings).map(({ name, fallback, meaning }) => {
    const given = environment[name] || (hidden.has(name) ? environment[`${name}_FILE`] : '') || ''
    const value = hidden.has(name) ? (given ? 'set' : 'not set') : given || fallback
    return { name, value, default: fallback || null, meaning, changed: given !== '' && given !== fallback }
  })
}

export interface SettingDescription {
  name: string
  /** The default, or an empty text. */
  fallback: string
  meaning: string
}

/** As wide as left-out groups ask for (MODELS.md), where there is room for it. */
function usualBand(threshold: number): number {
  const room = Math.min(threshold, 1 - threshold)
  // A threshold at either end judges all alike, and is never looked at.
  return room > 0 ? Math.min(0.2, room) : 0.2
}
