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

const finding = z.object({
  level: z.enum(['ok', 'warning', 'error']),
  code: z.string().describe('Stable name of what was found.'),
  text: z.string(),
  count: z.number().nullable().describe('How many, where the finding counts.'),
})
type Finding = z.infer<typeof finding>

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
    answer: z.array(finding),
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
  if (!found)
    return {
      level: 'error',
      code: 'disk_unreadable',
      text: 'The data folder cannot be read: check its owner.',
      count: null,
    }
  if (found.bavail * found.bsize >= minFreeBytes) {
    return { level: 'ok', code: 'disk_ok', text: 'The data folder has room.', count: null }
  }
  return {
    level: 'error',
    code: 'disk_full',
    text: 'Less than 200 MB are free in the data folder.',
    count: null,
  }
}

async function auditLog({ database, masterKey }: ConsoleServices): Promise<Finding> {
  if (await newestRowFits(database, masterKey)) {
    return {
      level: 'ok',
      code: 'audit_ok',
      text: 'The newest row of the audit log fits the one before.',
      count: null,
    }
  }
  return {
    level: 'error',
    code: 'audit_changed',
    text: 'The audit log was changed: its newest row does not fit the one before.',
    count: null,
  }
}

async function webhooks({ database }: ConsoleServices): Promise<Finding> {
  const late = await database
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('state', '=', 'pending')
    .where('created_at', '<', Date.now() - hour)
    .limit(1)
    .executeTakeFirst()
  if (!late)
    return {
      level: 'ok',
      code: 'webhooks_ok',
      text: 'No webhook has waited for more than an hour.',
      count: null,
    }
  return {
    level: 'warning',
    code: 'webhooks_late',
    text: 'A webhook has not been delivered for more than an hour: see its case.',
    count: null,
  }
}

function engine({ engine: { stats } }: ConsoleServices): Finding {
  const { restarts } = stats()
  if (restarts === 0)
    return {
      level: 'ok',
      code: 'workers_ok',
      text: 'No worker had to be replaced since the start.',
      count: null,
    }
  return {
    level: 'warning',
    code: 'workers_replaced',
    text: `Workers were replaced ${restarts} times since the start: see the log.`,
    count: restarts,
  }
}
