/** Every setting of the server: its environment variable, default and meaning. What is made of them is in index.ts. */
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { openIdSettings } from './openid.ts'
import { count, flag, list, number, secret } from './types.ts'

/** Does the HTTP server take each of these for the address of a proxy? */
function areProxies(text: string): boolean {
  const names = ['loopback', 'linklocal', 'uniquelocal']
  return (
    ['true', 'false'].includes(text) ||
    text.split(',').every((item) => {
      const [address = '', prefix, ...rest] = item.trim().split('/')
      if (prefix === undefined && names.includes(address)) return true
      const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
      const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest)
      return longest > 0 && isPrefix && rest.length === 0
    })
  )
}

/** Is it what browsers send as the origin of a page? */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

export const settings = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  PORT: count(0).max(65535).default(8080).describe('Port to listen on; 0 picks a free one.'),
  LIVEFACE_PUBLIC_URL: z
    .string()
    .optional()
    .describe(
      'Base URL that clients see, for links in answers. Default: in production mode the address listened on, else the host that a request names.',
    ),
  LIVEFACE_ENVIRONMENT: z
    .enum(['any', 'sandbox', 'production'])
    .default('any')
    .describe(
      'Which credentials are served: `production` refuses test credentials, `sandbox` live ones. Production mode implies `production`.',
    ),
  LIVEFACE_DATA_DIR: z
    .string()
    .default('./data')
    .describe('Folder of the database, the master key and kept evidence.'),
  LIVEFACE_DATABASE_URL: secret(z.string().optional()).describe(
    'postgres://... to share one database between several servers. Default: SQLite in the data folder.',
  ),
  LIVEFACE_DATABASE_WAIT_MS: count(100)
    .default(15_000)
    .describe(
      'Longest wait for PostgreSQL: for a connection, for a lock, and for a transaction of a server that was cut off; an answer may take half as long again. What waits longer is answered as busy.',
    ),
  LIVEFACE_MIGRATE: flag
    .default(true)
    .describe(
      'Bring the database to the schema of this version at the start. Without it a server whose database lacks something does not start, and says so: run `liveface migrate` first.',
    ),
  LIVEFACE_MASTER_KEY: secret(z.string().optional()).describe(
    '32 bytes, base64: the key that wraps every other key. Default: master.key in the data folder.',
  ),
  // It may hold a token for the service.
  LIVEFACE_MASTER_KEY_COMMAND: secret(z.string().optional()).describe(
    'Shell command that prints the master key, as LIVEFACE_MASTER_KEY has it: the call of a key management service. It runs once, at the start.',
  ),
  LIVEFACE_MODELS_DIR: z
    .string()
    .optional()
    .describe('Folder of compiled models. Default: .cache/models in the package.'),
  LIVEFACE_WORKERS: count(1)
    .default(availableParallelism())
    .describe('Worker processes that analyse pictures. Default: one per core.'),
  LIVEFACE_QUEUE: count(0).optional().describe('Pictures that may wait for a worker. Default: 8 per worker.'),
  LIVEFACE_QUEUE_WAIT_MS: count(0)
    .default(300)
    .describe(
      'Maximum expected wait of a picture for a worker, estimated from recent pictures. Requests beyond it are asked to retry.',
    ),
  LIVEFACE_REQUESTS: count(1)
    .default(128)
    .describe(
      'Requests under way at once, each with its pictures in memory. As many again may be fetching pictures that callers name by URL.',
    ),
  LIVEFACE_REQUESTS_PER_CLIENT: count(1)
    .optional()
    .describe(
      'How many of these one client may hold; its others wait for a moment and are then asked to retry. Default: half, rounded up.',
    ),
  LIVEFACE_WORKER_MEMORY_MB: count(256)
    .default(1536)
    .describe(
      'Memory of one worker, in MiB, above which it is ended with its picture and replaced. Linux only.',
    ),
  LIVEFACE_SUPERVISE: flag
    .default(true)
    .describe(
      'Start the server again when it crashed. Off where the platform does so (containers, systemd).',
    ),
  LIVEFACE_WATCHDOG_MS: count(1000)
    .default(30_000)
    .describe('Time that the event loop may stand still; the process is then ended.'),
  LIVEFACE_GRACE_MS: count(0)
    .default(15_000)
    .describe('Time that requests under way have when the server is told to stop; workers are then ended.'),
  LIVEFACE_PICTURE_TIMEOUT_MS: count(100)
    .default(15_000)
    .describe('Longest time one picture may take; the worker is then replaced.'),
  LIVEFACE_PIXEL_LIMIT: count(1)
    .default(50_000_000)
    .describe(
      'Maximum pixels decoded of a picture. A JPEG, which is reduced while it is decoded, may have five times as many.',
    ),
  LIVEFACE_LIVENESS_THRESHOLD: number
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Liveness probability from which a face counts as bona fide. MODELS.md tabulates the errors.'),
  LIVEFACE_LIVENESS_REVIEW_BAND: number
    .min(0)
    .max(0.5)
    .optional()
    .describe(
      'A liveness probability nearer to the threshold than this asks for review by a person. Without it 0.2, or less where the threshold is nearer to 0 or 1.',
    ),
  LIVEFACE_MATCH_THRESHOLD: number
    .gt(0)
    .lt(1)
    .default(0.75)
    .describe(
      'Similarity from which two faces count as one person, where the caller names no threshold. MODELS.md tabulates the errors, by sex and age too.',
    ),
  LIVEFACE_STILL_CHECK: flag
    .default(true)
    .describe(
      'Refuses challenge sessions whose photos look like one still picture made to act: nothing moves but the face. Switch it off where cameras see nothing but the face.',
    ),
  LIVEFACE_SESSION_PACE_MS: count(0)
    .default(0)
    .describe(
      "Milliseconds between the arrivals of a challenge session's photos, which must then come in the order asked for. 0: any order, also at once, as callers who collect photos before they send them do.",
    ),
  LIVEFACE_MATCH_REVIEW_BAND: number
    .min(0)
    .max(0.5)
    .default(0.05)
    .describe('A similarity nearer to the match threshold than this asks for review by a person.'),
  LIVEFACE_SCREENING_SAME: number
    .min(0)
    .max(1)
    .default(0.8)
    .describe(
      'Similarity from which a face counts as an enrolled or blocked one. MODELS.md tabulates the errors.',
    ),
  LIVEFACE_SCREENING_POSSIBLE: number
    .min(0)
    .max(1)
    .default(0.75)
    .describe(
      'Similarity from which a face may be an enrolled or blocked one. Didit declines possibly blocked faces.',
    ),
  LIVEFACE_HEADERS_TIMEOUT_MS: count(100)
    .default(10_000)
    .describe('Longest time a connection may take until the headers of its request have arrived.'),
  LIVEFACE_REQUEST_TIMEOUT_MS: count(100)
    .default(60_000)
    .describe('Longest time until the body of a request has arrived too.'),
  LIVEFACE_EVIDENCE: flag
    .optional()
    .describe(
      "Keep the pictures of decided checks, encrypted: `true` in every API, `false` in none. Default: only where the vendor's answers must link to them, which are Didit's.",
    ),
  LIVEFACE_CONSOLE_FOUR_EYES: flag
    .default(false)
    .describe('In the console, a decision counts only once a second person has made the same one.'),
  ...openIdSettings,
  LIVEFACE_EVIDENCE_URL: z
    .string()
    .regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w./-]*)?$/,
      'expected s3://bucket or s3://bucket/prefix',
    )
    .optional()
    .describe(
      's3://bucket/prefix of an S3-compatible store for kept pictures, which are encrypted before they go there. Default: the folder `evidence` in the data folder.',
    ),
  LIVEFACE_S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Base URL of the store; the bucket is the first part of the path. Default: that of Amazon S3 in the region.',
    ),
  LIVEFACE_S3_REGION: z.string().default('us-east-1').describe('Region of the store, as signatures name it.'),
  LIVEFACE_S3_ACCESS_KEY_ID: secret(z.string().optional()).describe('Access key of the store.'),
  LIVEFACE_S3_SECRET_ACCESS_KEY: secret(z.string().optional()).describe('Its secret.'),
  LIVEFACE_S3_ENCRYPTION: z
    .enum(['AES256', 'aws:kms'])
    .optional()
    .describe(
      'Asks the store to encrypt what it writes too (x-amz-server-side-encryption). Default: as the bucket is set.',
    ),
  LIVEFACE_TRUST_PROXY: z
    .string()
    .refine(areProxies, {
      error:
        'expected `true`, `false`, or addresses like 10.0.0.2, 10.0.0.0/8, loopback, linklocal, uniquelocal, comma separated',
    })
    .optional()
    .describe('Addresses of proxies whose X-Forwarded-For is believed, comma separated, or `true`.'),
  LIVEFACE_PRODUCTION: flag
    .default(false)
    .describe('Production mode: no sandbox credentials, no playground, no loopback fetches.'),
  LIVEFACE_PLAYGROUND: flag
    .optional()
    .describe('Serve the playground page. Default: on, off in production mode.'),
  LIVEFACE_CAPTURE_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), {
      error: 'expected origins like https://shop.example, without a path, comma separated',
    })
    .default([])
    .describe(
      "Origins of your pages that hold the capture element, such as https://shop.example, comma separated. Default: none but the server's own.",
    ),
  LIVEFACE_DOCS: flag
    .optional()
    .describe('Serve /docs and the OpenAPI documents. Default: on, off in production mode.'),
  LIVEFACE_METRICS_TOKEN: secret(z.string().min(16).optional()).describe(
    'Production mode serves /metrics to `Authorization: Bearer` with this token. Default: to nobody; outside production mode to everybody.',
  ),
  LIVEFACE_PLAYGROUND_TOKEN: secret(z.string().min(16).optional()).describe(
    'Opens the playground from other machines: visit /?token=... once. Default: it answers on this machine alone.',
  ),
  LIVEFACE_ALLOW_PRIVATE_URLS: flag
    .default(false)
    .describe('Development only: picture and webhook URLs may point to loopback and private addresses.'),
  LIVEFACE_FETCH_PORTS: list
    .pipe(z.array(z.coerce.number<string>().int().min(1).max(65535)))
    .default([])
    .describe('Ports, beside 80 and 443, that picture and webhook URLs may name.'),
  LIVEFACE_FETCH_TIMEOUT_MS: count(100)
    .default(8_000)
    .describe('Time that fetching a picture by URL, or an attempt to deliver a webhook, may take.'),
  LIVEFACE_RATE_PER_CLIENT: count(1)
    .default(6000)
    .describe('Requests per minute and operation of one client, unless the client has its own limit.'),
  LIVEFACE_RATE_PER_IP: count(1).default(6000).describe('Requests per minute from one address.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Base URL of an OpenTelemetry collector (OTLP over HTTP, JSON). Default: no traces.'),
  OTEL_EXPORTER_OTLP_HEADERS: secret(z.string().optional()).describe(
    'Headers for the collector: name=value, comma separated.',
  ),
  OTEL_SERVICE_NAME: z.string().default('liveface').describe('Name of this service in the traces.'),
  OTEL_TRACES_SAMPLER_ARG: number
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of the requests that are traced, where the caller does not say.'),
  LIVEFACE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Minimum log level.'),
} as const

export const schema = z.object(settings)

/** The settings by the names of their variables. */
export type Variables = z.infer<typeof schema>
