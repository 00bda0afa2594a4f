import type { Environment } from '../access/clients.ts'
import type { Config } from '../config/index.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import { makeExamplePicture } from '../pages/example-picture.ts'

/** What a server says of itself when it listens: version, mode, and where its records are. */
export function describeStart(config: Config, version: string) {
  return {
    version,
    mode: config.production ? 'production' : 'development',
    credentials: config.servedEnvironment,
    data: config.dataDirectory,
    database: config.databaseUrl ? 'PostgreSQL' : 'SQLite',
    workers: config.engine.workers,
    livenessThreshold: config.liveness.threshold,
  }
}

/** The same in one line for people. */
export function startLine(start: ReturnType<typeof describeStart>): string {
  const { version, mode, data, database, workers } = start
  return `Liveface ${version}, ${mode} mode, ${database}, data in ${data}, ${workers} workers.\n`
}

/**
 * On the first start: makes one client per dialect and prints its credentials, once, with a curl line for each. Later
 * starts say nothing, since secrets are stored only as digests.
 * @returns text for a person, never for the log: it holds secrets
 */
export async function welcome({ clients, config }: Services, url: string): Promise<string> {
  const picture = await makeExamplePicture(config.dataDirectory)
  const lines: string[] = []
  for (const dialect of dialects) {
    if ((await clients.list(dialect.name)).length > 0) continue
    const environment = environmentToTry(dialect, config)
    const client = await clients.create({ dialect: dialect.name, environment, name: 'first start' })
    const issued = dialect.issueCredential(environment)
    await clients.addCredential(client.id, issued)
    lines.push(`${dialect.title} (${environment})`)
    for (const [name, value] of Object.entries(issued.headers)) lines.push(`  ${name}: ${value}`)
    lines.push(`  ${dialect.exampleCurl(url, issued.headers, picture)}`)
    if (dialect.exampleNote) lines.push(`  ${dialect.exampleNote}`)
    if (dialect.sandboxNote && environment === 'sandbox') lines.push(`  ${dialect.sandboxNote}`)
    lines.push('')
  }
  if (lines.length === 0) return ''
  const advice = [
    ...(config.pages.playground
      ? [`Playground: ${url}/   API reference: ${url}/docs`]
      : [`API reference: ${url}/docs`]),
    'Lost credentials: npx liveface keys create --dialect NAME. Another port: PORT=8081 npm start.',
    `To start over: stop the server and delete ${config.dataDirectory}`,
  ]
  return ['', 'Credentials, shown this once. Paste a line to try it:', '', ...lines, ...advice, '', ''].join(
    '\n',
  )
}

/** Some vendors' sandbox keys get fixed answers: there only a production key tries the product. */
function environmentToTry({ sandboxNote }: Dialect, { servedEnvironment: served }: Config): Environment {
  if (served !== 'any') return served
  return sandboxNote ? 'production' : 'sandbox'
}
