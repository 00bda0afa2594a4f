/** Names for what is random in an answer, the same one wherever it stands again. */
export interface Placeholders {
  /** Shows `text` as `name`. */
  name(text: string, name: string): void
  replace(text: string): string
}

/** Kind of what is random, and how it looks. Where one holds another, the longer comes first. */
const kinds: [string, RegExp][] = [
  ['key', /\b(?:vhq|lf)_(?:test|live)_[0-9a-f]{48}\b/g],
  ['secret', /\bwhsec_(?:[0-9a-f]{48}\b|[A-Za-z0-9+/]{32})/g],
  ['secret', /(?<="secret_shared_key":")[\w-]{43}/g],
  ['token', /\bses_[0-9a-f]{40}\b/g],
  ['challenge', /\bch_[0-9a-f]{16}\b/g],
  ['client', /\bclient_[0-9a-f]{32}\b/g],
  ['webhook', /\bwh_[0-9a-f]{32}\b/g],
  ['link', /(?<=\/capture\/)[\w-]{32}/g],
  ['signature', /(?<=signature=)[\w-]+/g],
  ['uuid', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g],
]

export function createPlaceholders(): Placeholders {
  const fixed = new Map<string, string>()
  const seen = new Map<string, string>()
  const counts = new Map<string, number>()

  function nameOf(kind: string, text: string): string {
    const known = seen.get(text)
    if (known) return known
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const name = `<${kind}-${count}>`
    seen.set(text, name)
    return name
  }

  return {
    name: (text, name) => void fixed.set(text, name),
    replace(text) {
      let replaced = text
      for (const [from, to] of fixed) replaced = replaced.replaceAll(from, to)
      for (const [kind, pattern] of kinds) {
        replaced = replaced.replace(pattern, (match) => nameOf(kind, match))
      }
      return replaced
    },
  }
}
