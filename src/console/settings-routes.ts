/** Settings as they are in force, and what is wrong with the server. */
import { statfs } from 'node:fs/promises'
import { z } from 'zod'
import { settingsInForce } from '../config/index.ts'
import { settingsOf } from '../dialects/common/settings.ts'
import { newestRowFits } from '../records/audit.ts'
import { route } from './route.ts'
import type { ConsoleServices } from './services.ts'

const administrators = ['administrator'] as const
const hour = 60 * 60_000
/** As `liveface doctor` asks for. */
const minFreeBytes = 200 * 1024 * 1024

type Finding = { level: 'ok' | 'warning' | 'error'; text: string }

export const settingsRoutes = [
  route({
    method: 'GET',
    url: '/settings',
    name: 'list-settings',
    summary: 'Every setting as this server was started with. Of a secret no more than whether it is set.',
    tag: 'Operation',
    roles: administrators,
    answer: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        default: z.string().nullable(),
        meaning: z.string(),
        changed: z.boolean(),
      }),
    ),
    handle: ({ services: { dialects } }) => settingsInForce(process.env, settingsOf(dialects)),
  }),
  route({
    method: 'GET',
    url: '/health-findings',
    name: 'list-health-findings',
    summary: 'What a running server can tell of itself; `liveface doctor` looks deeper.',
    tag: 'Operation',
    roles: administrators,
    answer: z.array(z.object({ level: z.enum(['ok', 'warning', 'error']), text: z.string() })),
    handle: async ({ services }) => [
      await disk(services),
      await auditLog(services),
      await webhooks(services),
      engine(services),
    ],
  }),
]

async function disk({ config: { dataDirectory } }: ConsoleServices): Promise<Finding> {
  const found = await statfs(dataDirectory).catch(() => null)
  if (!found) return { level: 'error', text: 'The data folder cannot be read: check its owner.' }
  if (found.bavail * found.bsize >= minFreeBytes) {
    return { level: 'ok', text: 'The data folder has room.' }
  }
  return { level: 'error', text: 'Less than 200 MB are free in the data folder.' }
}

async function auditLog({ database, masterKey }: ConsoleServices): Promise<Finding> {
  if (await newestRowFits(database, masterKey)) {
    return { level: 'ok', text: 'The newest row of the audit log fits the one before.' }
  }
  return { level: 'error', text: 'The audit log was changed: its newest row does not fit the one before.' }
}

async function webhooks({ database }: ConsoleServices): Promise<Finding> {
  const late = await database
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('state', '=', 'pending')
    .where('created_at', '<', Date.now() - hour)
    .limit(1)
    .executeTakeFirst()
  if (!late) return { level: 'ok', text: 'No webhook has waited for more than an hour.' }
  return { level: 'warning', text: 'A webhook has not been delivered for more than an hour: see its case.' }
}

function engine({ engine: { stats } }: ConsoleServices): Finding {
  const { restarts } = stats()
  if (restarts === 0) return { level: 'ok', text: 'No worker had to be replaced since the start.' }
  return { level: 'warning', text: `Workers were replaced ${restarts} times since the start: see the log.` }
}
