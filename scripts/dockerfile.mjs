/** Reads the Dockerfile and .dockerignore: as much of both languages as this project writes. */
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @returns `{ stages: [{ base, name, steps: [{ keyword, flags, text }] }] }` of a Dockerfile's text */
export function parseDockerfile(text) {
  const stages = []
  // A comment may stand between lines that continue each other.
  const lines = text.replace(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  for (const line of lines.split('\n').filter((each) => each.trim())) {
    const [, keyword, options = '', rest] = /^([A-Z]+)((?:\s+--[a-z-]+=\S+)*)\s+(.*)$/.exec(line.trim()) ?? []
    if (!keyword) throw new Error(`This line of the Dockerfile is not understood: ${line}`)
    const flags = Object.fromEntries(
      [...options.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    )
    if (keyword === 'FROM') {
      const [base, , name = ''] = rest.split(/\s+/)
      stages.push({ base, name, steps: [] })
    } else stages.at(-1).steps.push({ keyword, flags, text: rest })
  }
  return { stages }
}

/** The words of a COPY, ENV or LABEL: `a b` or `A=1 B="2 3"`. */
export const words = (text) =>
  [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''))

/** Top level names that reach the build, of a .dockerignore that leaves out all but what it names. */
export function namesInContext(root) {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
  const isKnown = rules[0] === '*' && rules.slice(1).every((rule) => /^![\w.-]+$/.test(rule))
  if (!isKnown)
    throw new Error('.dockerignore must begin with * and then name what is let in, one name a line.')
  return rules.slice(1).map((rule) => rule.slice(1))
}

/** Copies what a build would be sent. */
export function copyContext(root, target) {
  const present = readdirSync(root)
  for (const name of namesInContext(root).filter((each) => present.includes(each))) {
    cpSync(join(root, name), join(target, name), { recursive: true })
  }
}
