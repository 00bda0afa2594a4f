/** A destination in the vendor's words. */
import type { Destination, DestinationHealth } from '../../../webhooks/types.ts'
import { toUtcTime } from '../times.ts'

/** A destination by itself. @param secret which signs what is sent there */
export function toDestination(
  destination: Destination,
  secret: string,
  health: DestinationHealth | undefined,
) {
  const { deliveries_count, failed_deliveries_count, ...rest } = toCounts(health)
  return {
    ...toFacts(destination),
    secret_shared_key: secret,
    summary: {
      total_deliveries: deliveries_count,
      failed_deliveries: failed_deliveries_count,
      ...rest,
      min_response_time_ms: null,
      avg_response_time_ms: null,
      max_response_time_ms: null,
    },
  }
}

/** A row of the list, which leaves the secret out. */
export function toListedDestination(destination: Destination, health: DestinationHealth | undefined) {
  return {
    ...toFacts(destination),
    subscribed_events_count: destination.events.length,
    ...toCounts(health),
    average_response_time_ms: null,
  }
}

function toFacts({ id, label, url, enabled, version, events, createdAt, updatedAt }: Destination) {
  return {
    uuid: id,
    label,
    url,
    enabled,
    webhook_version: version ?? 'v3',
    subscribed_events: events,
    created_at: toUtcTime(createdAt),
    updated_at: toUtcTime(updatedAt),
  }
}

function toCounts(health: DestinationHealth | undefined) {
  const { attempts, failed, lastEndedAt } = health ?? { attempts: 0, failed: 0, lastEndedAt: null }
  return {
    deliveries_count: attempts,
    failed_deliveries_count: failed,
    error_rate_percentage: attempts === 0 ? 0 : Math.round((100 * failed) / attempts),
    last_delivery_at: lastEndedAt === null ? null : toUtcTime(lastEndedAt),
  }
}
