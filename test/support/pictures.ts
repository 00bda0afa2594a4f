import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The demo folder of @vladmandic/face-api: the only photographs a test may count on without ../shared. */
function demoDirectory(): string {
  const entry = createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')
  return join(dirname(entry), 'demo')
}

/** One of the six group photographs, `number` 1..6, as JPEG bytes. */
export function samplePhotograph(number: 1 | 2 | 3 | 4 | 5 | 6): Buffer {
  return readFileSync(join(demoDirectory(), `sample${number}.jpg`))
}
