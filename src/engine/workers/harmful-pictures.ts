import { createHash } from 'node:crypto'
import { PictureError } from '../errors.ts'

export interface HarmfulPictures {
  /** Counts a worker that ended while it had this picture. */
  blame(picture: Uint8Array): void
  /** @throws PictureError picture_harmful while the picture is refused */
  check(picture: Uint8Array): void
}

/** One may be chance: the machine was short of memory, or slow. */
const toleratedDeaths = 1
const refusedForMs = 5 * 60_000
/** Pictures remembered at once; the one blamed longest ago is forgotten first. */
const capacity = 1000

/**
 * Remembers the digests of pictures that ended their worker. Whoever sends one again and again would otherwise keep
 * the workers starting instead of working.
 */
export function createHarmfulPictures(now: () => number = Date.now): HarmfulPictures {
  const deaths = new Map<string, { count: number; until: number }>()
  return {
    blame(picture) {
      const digest = digestOf(picture)
      const count = (deaths.get(digest)?.count ?? 0) + 1
      deaths.delete(digest)
      deaths.set(digest, { count, until: now() + refusedForMs })
      if (deaths.size > capacity) deaths.delete(deaths.keys().next().value!)
    },

    check(picture) {
      // Nothing is hashed on a server that no picture has harmed.
      if (deaths.size === 0) return
      const digest = digestOf(picture)
      const known = deaths.get(digest)
      if (!known) return
      if (known.until < now()) deaths.delete(digest)
      else if (known.count > toleratedDeaths) throw new PictureError('picture_harmful')
    },
  }
}

function digestOf(picture: Uint8Array): string {
  return createHash('sha256').update(picture).digest('base64')
}
