/** Numbers and times in the viewer's language and time zone. */
import type { Language } from '../texts/index.ts'

export interface Formats {
  /** A time of day with its date. */
  time(iso: string): string
  /** As short as a list needs: the time alone for today. */
  shortTime(iso: string, now?: Date): string
  count(value: number): string
  /** A share of 0 to 1 as a percentage; one that is small is not rounded to none. */
  percent(share: number): string
  /** A score of 0 to 1 with three decimals. */
  score(value: number | null): string
  bytes(value: number | null): string
  milliseconds(value: number | null): string
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** @param timeZone IANA name; absent: the viewer's */
export function createFormats(language: Language, timeZone?: string): Formats {
  // Latin digits in both languages: they stand beside ids and JSON.
  const locale = language === 'hi' ? 'hi-IN-u-nu-latn' : 'en-GB'
  const zone = timeZone ? { timeZone } : {}
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', ...zone })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone })
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...zone })
  const dayAndClock = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  })
  const number = new Intl.NumberFormat(locale)
  const tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const smallShare = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 })
  const score = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  return {
    time: (iso) => full.format(new Date(iso)),
    shortTime: (iso, now = new Date()) => {
      const at = new Date(iso)
      return day.format(at) === day.format(now) ? clock.format(at) : dayAndClock.format(at)
    },
    count: (value) => number.format(value),
    percent: (value) => (value < 0.001 ? smallShare : share).format(value),
    score: (value) => (value === null ? '–' : score.format(value)),
    bytes: (value) => {
      if (value === null) return '–'
      const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
      return `${tenth.format(value / 1000 ** power)} ${units[power]}`
    },
    milliseconds: (value) => (value === null ? '–' : `${number.format(Math.round(value))} ms`),
  }
}
