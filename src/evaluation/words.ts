/** Rates for people; a dash where nothing was counted. */
import type { Interval } from './bootstrap.ts'

export function percent(rate: number | null): string {
  if (rate === null) return '-'
  // Two digits that count: false match rates are small.
  return rate > 0 && rate < 0.001 ? `${(100 * rate).toPrecision(2)} %` : `${(100 * rate).toFixed(1)} %`
}

export function withInterval(rate: number | null, interval: Interval | null): string {
  if (rate === null || interval === null) return percent(rate)
  return `${percent(rate)} (${percent(interval.low)} to ${percent(interval.high)})`
}

export function share(value: number | null): string {
  return value === null ? '-' : value.toFixed(3)
}
