/**
 * A fifth vendor is a folder: one that no other file knows gets a server, the commands' options, the playground and the
 * documents, and every suite that the real vendors share is run over it.
 */
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addClientSwitches, switchedSettings } from '../src/commands/client-switches.ts'
import { describeSettings } from '../src/config/index.ts'
import { settingsOf } from '../src/dialects/common/settings.ts'
import { fullDiskSuite } from './suites/full-disk.ts'
import { fuzzSuite } from './suites/fuzz-routes.ts'
import { isolationSuite } from './suites/isolation.ts'
import { overloadSuite } from './suites/overload.ts'
import { sandboxHeaderSuite } from './suites/sandbox-header.ts'
import { type Callee, type Callers, type StartCallers, startCallers } from './support/callers.ts'
import { jpeg } from './support/didit.ts'
import { documentedRoutes } from './support/documented-routes.ts'
import { wholeScores } from './support/fifth-dialect/client-switches.ts'
import { fifth } from './support/fifth-dialect/routes.ts'
import { form } from './support/form.ts'
import { type Owner, picture } from './support/record-owners.ts'
import { stubEngine } from './support/stub-engine.ts'

const callee: Callee = {
  dialect: fifth,
  call:
    ({ post, headers }) =>
    (id = crypto.randomUUID(), { headers: sent = headers, picture: sentPicture = jpeg } = {}) =>
      post('/fifth/live', sent, form({ id, picture: sentPicture })),
}
const start: StartCallers<'fifth'> = (options) => startCallers({ fifth: callee }, options)

const owner: Owner = {
  dialect: 'fifth',
  async store(call) {
    const ids = ['owners-check-1', 'owners-check-2']
    for (const { status, text } of [
      await call('POST', '/fifth/live', { id: ids[0], picture }),
      await call('POST', '/fifth/same', { id: ids[1], first: picture, second: picture }),
    ]) {
      expect(status, text).toBe(200)
    }
    return ids
  },
  views: [],
  bodyWith: (id) => ({ id, picture, first: picture, second: picture }),
}

describe('the suites of every vendor, over a fifth:', () => {
  describe('isolation', () => isolationSuite([owner], [fifth]))
  describe('overload', () =>
    overloadSuite(start, {
      fifth: {
        busy: { problem: 'busy' },
        answer: (number) => ({ live: true, score: (500 + number) / 1000 }),
        takesAnyPicture: true,
      },
    }))
  describe('sandbox', () => sandboxHeaderSuite(start, ['fifth']))
  describe('faults', () =>
    fullDiskSuite(start, {
      fifth: {
        failure: { status: 500, body: { problem: 'internal' } },
        isDone: ({ status }) => status < 300,
      },
    }))
  describe('fuzz', () =>
    fuzzSuite(start, {
      fifth: (body) => typeof (body as { problem?: unknown } | undefined)?.problem === 'string',
    }))
})

describe('the server knows a fifth vendor by its folder alone:', () => {
  let calls: Callers<'fifth'>
  beforeAll(async () => {
    calls = await start({ engine: stubEngine(), settings: { LIVEFACE_FIFTH_GREETING: 'good day' } })
  })
  afterAll(() => calls.stop())

  it('its setting is read and described', async () => {
    expect((await calls.fifth()).headers.get('x-fifth-greeting')).toBe('good day')
    expect(describeSettings(settingsOf([fifth])).at(-1)).toMatchObject({ name: 'LIVEFACE_FIFTH_GREETING' })
  })

  it('its switch is an option of the commands', async () => {
    const command = addClientSwitches(new Command(), [fifth], '<on|off>').exitOverride()
    command.parse(['--whole-scores', 'on'], { from: 'user' })
    const settings = switchedSettings(command.opts(), [fifth], 'fifth')
    const { headers } = await calls.server.client('fifth', { environment: 'production', settings })
    const { score } = (await calls.fifth()).body
    expect((await calls.fifth(undefined, { headers })).body.score).toBe(Math.round(score * 100))
    expect(settings).toEqual(wholeScores.set(true))
  })

  it('its calls are documented, and metered under its name', async () => {
    const routes = await documentedRoutes(calls.server.url, 'fifth')
    expect(routes.map(({ path }) => path)).toEqual(['/fifth/live', '/fifth/same'])
    expect(await (await fetch(`${calls.server.url}/metrics`)).text()).toContain('dialect="fifth"')
  })

  it('the playground asks it', async () => {
    for (const [names, path] of [
      [['first'], '/fifth/live'],
      [['first', 'second'], '/fifth/same'],
    ] as const) {
      const body = form(Object.fromEntries(names.map((name) => [name, jpeg])))
      const response = await fetch(`${calls.server.url}/playground/analyse`, { method: 'POST', body })
      const { answers } = (await response.json()) as { answers: unknown }
      expect(answers).toMatchObject([{ dialect: 'fifth', status: 200, path }])
    }
  })
})
