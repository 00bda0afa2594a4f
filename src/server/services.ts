/** Opens what the dialects work with, in order; closes it in reverse, also when a later part fails to open. */
import type { FastifyBaseLogger } from 'fastify'
import { createClients } from '../access/clients.ts'
import { createRateLimits } from '../access/rate-limits.ts'
import { createUsedSignatures } from '../access/used-signatures.ts'
import { type ChallengeSessionsOptions, createChallengeSessions } from '../challenges/index.ts'
import type { Config } from '../config/index.ts'
import { type ConsoleServices, createConsoleServices } from '../console/index.ts'
import type { Database } from '../database/index.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import { dialects as everyDialect } from '../dialects/index.ts'
import { cosine, similarity } from '../engine/face/compare.ts'
import { overlay } from '../engine/scene/index.ts'
import type { Engine } from '../engine/types.ts'
import { createGuardedFetch, type GuardedFetch } from '../fetch/index.ts'
import { createGallery } from '../gallery/index.ts'
import { openInstallation } from '../installation/index.ts'
import { createCheckBatches } from '../records/check-batches.ts'
import { createIdempotency } from '../records/idempotency.ts'
import { createPendingChecks } from '../records/pending-checks.ts'
import { createPeople } from '../records/people.ts'
import { createPersons, type Persons } from '../records/persons.ts'
import type { Retention } from '../records/types.ts'
import type { WriteProbe } from '../records/write-probe.ts'
import type { Metrics, Tracing } from '../telemetry/index.ts'
import { openRetention, openWebhooks, probeDisk, shareLimits, sweepSessions } from './background.ts'
import { createClosing } from './closing.ts'
import { openObservedEngine } from './observed-engine.ts'
import { openRecords } from './records.ts'
import { recordsBesideChecks } from './records-beside-checks.ts'

/** Resources to use instead of opening them; once the server is open they are closed with it. */
export interface GivenResources {
  /** The vendors to speak for; default: every one. */
  dialects?: readonly Dialect[]
  engine?: Engine
  database?: Database
  fetch?: GuardedFetch
}

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
    const { database, masterKey, databaseId } = await openInstallation(config, given.database)
    closing.add(database, () => database.destroy())
    const observed = await openObservedEngine(config, log, closing, given.engine)
    const { engine, admission, metrics, tracing } = observed
    const gallery = closing.add(createGallery({ database, masterKey }), (open) => open.close())
    metrics.observeGallery(gallery)

    const fetch = given.fetch ?? createGuardedFetch(config.fetch)
    const basis = { database, masterKey, databaseId, engine, metrics }
    const { audit, checks, evidence, pictures, store } = await openRecords(config, basis, log, closing)
    const formats = webhookFormats(dialects)
    const delivery = { database, masterKey, formats, onAttempt: metrics.countAttempt, note: audit.append }
    const webhooks = openWebhooks(config, delivery, fetch, log)
    const usedSignatures = createUsedSignatures(database)
    const rateLimits = createRateLimits()
    const sharedLimits = shareLimits(rateLimits, { database, masterKey, log })
    closing.add(sharedLimits, () => sharedLimits?.stop())
    const idempotency = createIdempotency(database, masterKey)
    const challenges = createChallengeSessions({
      database,
      masterKey,
      checks,
      policy: challengePolicy(config),
      pictures,
      onCompleted: async (transaction, session, name) => {
        const events = dialects.find((dialect) => dialect.name === name)?.sessionEvents?.(session) ?? []
        for (const event of events) await webhooks.enqueue(transaction, event)
      },
    })
    const dialectRecords = recordsBesideChecks(dialects)
    const people = createPeople(database)
    const kept = { database, evidence, gallery, audit, dialectRecords }
    const sweeps = [
      challenges.sweep,
      checks.releaseDead,
      usedSignatures.sweep,
      idempotency.sweep,
      () => people.sweep(persons),
    ]
    const retention: Retention = openRetention({ ...kept, webhooks }, sweeps, log)
    const persons: Persons = createPersons({ ...kept, masterKey, retention })
    closing.add(null, () => Promise.all([webhooks.stop(), retention.stop()]))
    const disk = probeDisk(config, log)
    closing.add(disk, () => disk.stop())

    const clients = createClients(database, masterKey, Date.now, audit.append)
    const services: Services = {
      config,
      database,
      engine,
      clients,
      checks,
      pending: createPendingChecks(database, evidence),
      batches: createCheckBatches(database),
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
      people,
      persons,
      webhooks,
      challenges,
    }
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
        sweepSessions(challenges, console, log, closing)
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

function challengePolicy({ liveness, match, challenges }: Config): ChallengeSessionsOptions['policy'] {
  return {
    livenessThreshold: liveness.threshold,
    matchThreshold: match.threshold,
    similarity: (first, second) => similarity(cosine(first, second)),
    compareScenes: challenges.stillCheck ? overlay : null,
    pace: challenges.paceMs,
  }
}

function webhookFormats(dialects: readonly Dialect[]) {
  return new Map(dialects.flatMap(({ name, webhooks }) => (webhooks ? [[name, webhooks] as const] : [])))
}
