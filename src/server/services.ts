/** Opens what the dialects work with, in order; closes it in reverse, also when a later part fails to open. */
import type { FastifyBaseLogger } from 'fastify'
import { createClients } from '../access/clients.ts'
import { createRateLimits } from '../access/rate-limits.ts'
import { createSharedLimits } from '../access/shared-limits.ts'
import { createUsedSignatures } from '../access/used-signatures.ts'
import { createAdmission } from '../admission/index.ts'
import { createCourseNotes } from '../cases/course.ts'
import { createChallengeSessions, sessionLife } from '../challenges/index.ts'
import type { Config } from '../config/index.ts'
import { type ConsoleServices, createConsoleServices } from '../console/index.ts'
import type { Database } from '../database/index.ts'
import { isPostgres } from '../database/portable.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import { dialects as everyDialect } from '../dialects/index.ts'
import { cosine, similarity } from '../engine/face/compare.ts'
import { createEngine } from '../engine/index.ts'
import { overlay } from '../engine/scene/index.ts'
import type { Engine } from '../engine/types.ts'
import { createGuardedFetch, type GuardedFetch } from '../fetch/index.ts'
import { createGallery } from '../gallery/index.ts'
import { openInstallation } from '../installation/index.ts'
import { createAudit } from '../records/audit.ts'
import { createChecks } from '../records/checks.ts'
import { createClockGuard } from '../records/clock-guard.ts'
import { createDiskProbe } from '../records/disk-probe.ts'
import { createEvidence } from '../records/evidence.ts'
import { openEvidencePlace } from '../records/evidence-place.ts'
import { tryEvidenceStore } from '../records/evidence-store.ts'
import { createIdempotency } from '../records/idempotency.ts'
import { createPersons } from '../records/persons.ts'
import { createRetention } from '../records/retention.ts'
import { createStoreProbe, withProbe } from '../records/store-probe.ts'
import { createSubmittedPictures } from '../records/submitted-pictures.ts'
import type { WriteProbe } from '../records/write-probe.ts'
import { createMetrics, type Metrics, openTracing, type Tracing } from '../telemetry/index.ts'
import { createPost, createWebhooks } from '../webhooks/index.ts'
import { createClosing } from './closing.ts'
import { recordsBesideChecks } from './records-beside-checks.ts'

/** Resources to use instead of opening them; once the server is open they are closed with it. */
export interface GivenResources {
  /** The vendors to speak for; default: every one. */
  dialects?: readonly Dialect[]
  engine?: Engine
  database?: Database
  fetch?: GuardedFetch
}

/** Milliseconds between two looks for sessions of the console that are over. */
const consoleSweep = 60 * 60_000

export interface OpenServices {
  services: Services
  console: ConsoleServices
  dialects: readonly Dialect[]
  metrics: Metrics
  /** Null when no collector is named. */
  tracing: Tracing | null
  disk: WriteProbe
  /** Null where kept pictures lie in the data folder. */
  store: WriteProbe | null
  /** Begins the work beside the requests: webhooks, retention, sweeps. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * @param log gets what fails beside the requests
 * @throws what the part that cannot be opened throws; the parts before it are closed then
 */
export async function openServices(
  config: Config,
  log: FastifyBaseLogger,
  given: GivenResources = {},
): Promise<OpenServices> {
  const closing = createClosing()
  const dialects = given.dialects ?? everyDialect
  try {
    const { database, masterKey } = await openInstallation(config, given.database)
    closing.add(database, () => database.destroy())
    const metrics = createMetrics()
    const admission = createAdmission(config.admission)
    const opened = closing.add(given.engine ?? (await createEngine(config.engine)), (engine) =>
      engine.close(),
    )
    const tracing = openTracing(config, (error) => log.warn({ err: error }, 'traces could not be sent'))
    closing.add(tracing, () => tracing?.close())
    const watched = metrics.observeEngine(admission.observeEngine(opened))
    const engine = tracing?.observeEngine(watched) ?? watched
    metrics.observeAdmission(admission)
    const gallery = closing.add(createGallery({ database, masterKey }), (open) => open.close())
    metrics.observeGallery(gallery)

    const fetch = given.fetch ?? createGuardedFetch(config.fetch)
    const audit = createAudit(database, masterKey)
    const { liveness, match } = config
    const noteCourse = createCourseNotes(masterKey, {
      liveness,
      match,
      measurements: config.evidence !== false,
    })
    const checks = metrics.observeChecks(createChecks(database, Date.now, audit, noteCourse))
    const place = openEvidencePlace(config)
    if (place.store) await tryEvidenceStore(place.store.objects, masterKey)
    const store =
      place.store &&
      createStoreProbe(place.store.objects, masterKey, (error) => {
        if (error) log.error({ err: error }, 'the store of pictures takes no writes')
        else log.info('the store of pictures takes writes again')
      })
    closing.add(store, () => store?.stop())
    const files = store ? withProbe(place.files, store) : place.files
    const evidence = createEvidence({ database, masterKey, files })
    const pictures = createSubmittedPictures({ evidence, engine, keep: config.evidence })
    const webhooks = createWebhooks({
      database,
      masterKey,
      formats: webhookFormats(dialects),
      post: createPost(fetch, config.fetch.allowPrivate),
      onError: (error) => log.error(error, 'the sender of webhooks failed'),
      onAttempt: metrics.countAttempt,
      note: audit.append,
      // A claim must outlive the attempt it was made for.
      leaseMs: config.fetch.totalMs + 20_000,
    })
    const usedSignatures = createUsedSignatures(database)
    const rateLimits = createRateLimits()
    // SQLite has one server, as a rule, which is alone with its limits.
    const sharedLimits = isPostgres(database)
      ? createSharedLimits({
          database,
          masterKey,
          limits: rateLimits,
          onError: (error) => log.warn({ err: error }, 'limits could not be shared with the other servers'),
        })
      : null
    closing.add(sharedLimits, () => sharedLimits?.stop())
    const idempotency = createIdempotency(database, masterKey)
    const challenges = createChallengeSessions({
      database,
      masterKey,
      checks,
      policy: {
        livenessThreshold: config.liveness.threshold,
        matchThreshold: config.match.threshold,
        similarity: (first, second) => similarity(cosine(first, second)),
        compareScenes: config.challenges.stillCheck ? overlay : null,
        pace: config.challenges.paceMs,
      },
      pictures,
      onCompleted: async (transaction, session, name) => {
        const events = dialects.find((dialect) => dialect.name === name)?.sessionEvents?.(session) ?? []
        for (const event of events) await webhooks.enqueue(transaction, event)
      },
    })
    const dialectRecords = recordsBesideChecks(dialects)
    const retention = createRetention({
      database,
      evidence,
      gallery,
      webhooks,
      audit,
      dialectRecords,
      sweeps: [
        () => challenges.sweep(),
        () => checks.releaseDead(),
        () => usedSignatures.sweep(),
        () => idempotency.sweep(),
      ],
      onError: (error) => log.error(error, 'the sweep of old records failed'),
      mayErase: createClockGuard({ onJump: (message) => log.error(message) }),
    })
    closing.add(null, () => Promise.all([webhooks.stop(), retention.stop()]))
    const disk = createDiskProbe(config.dataDirectory, (error) => {
      if (error) log.error({ err: error }, 'the data folder takes no writes')
      else log.info('the data folder takes writes again')
    })
    closing.add(disk, () => disk.stop())

    const clients = createClients(database, masterKey, Date.now, audit.append)
    const services: Services = {
      config,
      database,
      engine,
      clients,
      checks,
      rateLimits,
      usedSignatures,
      idempotency,
      admission,
      fetch,
      evidence,
      pictures,
      audit,
      gallery,
      retention,
      webhooks,
      challenges,
    }
    // What was measured in sessions that nobody finished does not wait for the end of a retention period.
    const sweepSessions = () =>
      challenges.sweep().catch((error) => log.error(error, 'sweeping sessions failed'))
    const kept = { database, masterKey, retention, gallery, evidence, audit }
    const persons = createPersons({ ...kept, dialectRecords })
    const console = createConsoleServices(services, { masterKey, dialects, persons, dialectRecords })
    return {
      services,
      console,
      dialects,
      metrics,
      tracing,
      disk,
      store,
      async start() {
        await Promise.all([disk.start(), store?.start()])
        webhooks.start()
        retention.start()
        sharedLimits?.start()
        closing.add(setInterval(sweepSessions, sessionLife).unref(), clearInterval)
        const sweepConsole = () =>
          Promise.all([console.sessions.sweep(), console.attempts.sweep()]).catch((error) =>
            log.error(error, 'sweeping the sessions of the console failed'),
          )
        closing.add(setInterval(sweepConsole, consoleSweep).unref(), clearInterval)
        // Searches that come before the end of this load what they need themselves.
        gallery.load().catch((error) => log.error(error, 'the gallery could not be loaded'))
      },
      close: closing.close,
    }
  } catch (error) {
    // Why it did not open matters, not what its closing met.
    await closing.close().catch((cause) => log.error(cause, 'closing what was open failed'))
    throw error
  }
}

function webhookFormats(dialects: readonly Dialect[]) {
  return new Map(dialects.flatMap(({ name, webhooks }) => (webhooks ? [[name, webhooks] as const] : [])))
}
