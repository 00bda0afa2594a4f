import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Services } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'

/**
 * On the first start: makes one sandbox client per dialect and tells its credentials, once, with a curl
 * line for each. Later starts say nothing, since secrets are stored only as digests.
 */
export async function welcome({ clients, config }: Services, url: string): Promise<string> {
  const picture = await examplePicture(config.dataDirectory)
  const lines: string[] = []
  for (const dialect of dialects) {
    if ((await clients.list(dialect.name)).length > 0) continue
    const client = await clients.create({
      dialect: dialect.name,
      environment: 'sandbox',
      name: 'first start',
    })
    const issued = dialect.issueCredential('sandbox')
    await clients.addCredential(client.id, issued)
    lines.push(`${dialect.title} (sandbox)`)
    for (const [name, value] of Object.entries(issued.headers)) lines.push(`  ${name}: ${value}`)
    lines.push(`  ${dialect.exampleCurl(url, issued.headers, picture)}`)
    if (dialect.sandboxNote) lines.push(`  ${dialect.sandboxNote}`)
    lines.push('')
  }
  if (lines.length === 0) return ''
  return ['', 'Credentials, shown this once. Paste a line to try it:', '', ...lines, ''].join('\n')
}

/** One face cut from a demo photograph that a dependency ships, so that the curl lines have a picture. */
async function examplePicture(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'example', 'selfie.jpg')
  if (existsSync(file)) return file
  mkdirSync(dirname(file), { recursive: true })
  const faceApi = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'))
  // Read here, because libvips' own file loaders are blocked once the decoder is in the process.
  await sharp(readFileSync(join(faceApi, 'demo', 'sample6.jpg')))
    .extract({ left: 150, top: 360, width: 430, height: 480 })
    .jpeg({ quality: 92 })
    .toFile(file)
  return file
}
