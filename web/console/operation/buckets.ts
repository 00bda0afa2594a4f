import type { Bucket } from '../api/types.ts'

/** All dialects of one stretch of time. */
export type Point = Omit<Bucket, 'dialect'>

/**
 * Adds up the buckets of each moment, in the order of time. A percentile of several cannot be had from theirs: the slowest
 * is taken, so that no slow dialect hides behind a fast one.
 * @param dialect null: all of them
 */
export function joinBuckets(buckets: readonly Bucket[], dialect: string | null): Point[] {
  const points = new Map<string, Point>()
  for (const { dialect: own, ...bucket } of buckets) {
    if (dialect !== null && own !== dialect) continue
    const point = points.get(bucket.at)
    points.set(bucket.at, point ? join(point, bucket) : bucket)
  }
  return [...points.values()].sort((a, b) => (a.at < b.at ? -1 : 1))
}

function join(a: Point, b: Point): Point {
  return {
    at: a.at,
    pass: a.pass + b.pass,
    fail: a.fail + b.fail,
    review: a.review + b.review,
    p50Ms: slower(a.p50Ms, b.p50Ms),
    p95Ms: slower(a.p95Ms, b.p95Ms),
  }
}

const slower = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.max(a, b))
