import { afterEach, describe, expect, test } from 'vitest'
import type { ToyOptions, ToyTask } from '../../../test/support/pool-worker.ts'
import { EngineError, PictureError } from '../errors.ts'
import { type PoolOptions, WorkerPool } from './pool.ts'

const file = new URL('../../../test/support/pool-worker.ts', import.meta.url)
const open: WorkerPool<ToyTask, unknown>[] = []

type Options = Partial<PoolOptions<ToyTask>> & { openWith?: ToyOptions }

async function pool(options: Options = {}): Promise<WorkerPool<ToyTask, unknown>> {
  const made = new WorkerPool<ToyTask, unknown>({
    file,
    openWith: {},
    workers: 1,
    maxQueue: 4,
    timeoutMs: 60_000,
    memoryLimit: 2 ** 30,
    ...options,
  })
  open.push(made)
  await made.prepare()
  return made
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  )

const code = (expected: string) => expect.objectContaining({ code: expected })

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

test('a task runs in another process, and its bytes cross as they are', async () => {
  const workers = await pool()
  const bytes = Uint8Array.from([1, 2, 3])
  const result = (await workers.run({ kind: 'echo', bytes })) as { pid: number; bytes: unknown }
  expect(result.bytes).toStrictEqual(bytes)
  expect(result.pid).not.toBe(process.pid)
  expect(workers.stats()).toEqual({ workers: 1, queued: 0, completed: 1, restarts: 0 })
})

test("a worker knows none of the server's secrets", async () => {
  process.env.LIVEFACE_MASTER_KEY = 'secret'
  try {
    const environment = await (await pool()).run({ kind: 'environment' })
    expect(environment).toHaveProperty('PATH')
    expect(JSON.stringify(environment)).not.toContain('LIVEFACE_')
  } finally {
    delete process.env.LIVEFACE_MASTER_KEY
  }
})

describe('errors keep their class, code and sentence across the border', () => {
  test('of the picture', async () => {
    const error = await failure((await pool()).run({ kind: 'throw', what: 'picture' }))
    expect(error).toBeInstanceOf(PictureError)
    expect(error).toMatchObject({
      code: 'picture_damaged',
      message: new PictureError('picture_damaged').message,
    })
  })

  test('of the engine', async () => {
    const error = await failure((await pool()).run({ kind: 'throw', what: 'engine' }))
    expect(error).toBeInstanceOf(EngineError)
    expect(error).toMatchObject({ code: 'model_damaged', retry: false })
    expect(error.message).toContain('toy.onnx')
  })

  test('and our own mistakes are called a crash, with the cause', async () => {
    const workers = await pool()
    const error = await failure(workers.run({ kind: 'throw', what: 'other' }))
    expect(error).toMatchObject({ code: 'engine_crashed' })
    expect(error.cause).toMatchObject({ message: 'a mistake of ours' })
    expect(workers.stats().restarts).toBe(0)
  })
})

test('a full queue is refused at once, and frees up', async () => {
  const workers = await pool({ maxQueue: 1 })
  const running = workers.run({ kind: 'sleep', ms: 200 })
  const waiting = workers.run({ kind: 'sleep', ms: 1 })
  expect(workers.stats().queued).toBe(1)
  await expect(workers.run({ kind: 'sleep', ms: 1 })).rejects.toEqual(code('engine_busy'))
  await Promise.all([running, waiting])
  await workers.run({ kind: 'sleep', ms: 1 })
})

test.each([{ kind: 'exit' }, { kind: 'throw', what: 'uncaught' }] as ToyTask[])(
  'a worker that dies of $kind fails its own task only, and is replaced',
  async (task) => {
    const workers = await pool()
    const doomed = workers.run(task)
    const next = workers.run({ kind: 'echo', bytes: Uint8Array.of(7) })
    await expect(doomed).rejects.toEqual(code('engine_crashed'))
    await expect(next).resolves.toMatchObject({ bytes: Uint8Array.of(7) })
    expect(workers.stats()).toMatchObject({ workers: 1, restarts: 1 })
  },
)

test('a worker that hangs is ended at the limit and replaced; the wait of others does not count', async () => {
  const blamed: ToyTask[] = []
  // Far above what a short task takes on a busy machine.
  const workers = await pool({ timeoutMs: 2000, onDeath: (task) => blamed.push(task) })
  const hung = workers.run({ kind: 'hang' })
  const behind = workers.run({ kind: 'sleep', ms: 1 })
  await expect(hung).rejects.toEqual(code('engine_timeout'))
  await behind
  expect(workers.stats()).toMatchObject({ workers: 1, restarts: 1 })
  expect(blamed).toEqual([{ kind: 'hang' }])
})

test.runIf(process.platform === 'linux')('a worker that takes too much memory is ended', async () => {
  const workers = await pool({ memoryLimit: 400 * 2 ** 20 })
  const greedy = workers.run({ kind: 'hoard', bytes: 600 * 2 ** 20 })
  await expect(greedy).rejects.toMatchObject({
    code: 'engine_crashed',
    message: expect.stringContaining('MiB of memory'),
  })
  await workers.run({ kind: 'sleep', ms: 1 })
})

test('an urgent task is taken although the queue is full, and goes first', async () => {
  const workers = await pool({ maxQueue: 1 })
  const order: string[] = []
  const sleepFor = (name: string, urgent: boolean) =>
    workers.run({ kind: 'sleep', ms: 20 }, { urgent }).then(() => order.push(name))
  await Promise.all([sleepFor('running', false), sleepFor('waiting', false), sleepFor('urgent', true)])
  expect(order).toEqual(['running', 'urgent', 'waiting'])
})

describe('a caller who goes away', () => {
  test('leaves the queue', async () => {
    const workers = await pool()
    const running = workers.run({ kind: 'sleep', ms: 200 })
    const caller = new AbortController()
    const waiting = workers.run({ kind: 'hang' }, { signal: caller.signal })
    caller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect(workers.stats().queued).toBe(0)
    await running
  })

  test('does not kill the worker of a task that has begun', async () => {
    const workers = await pool()
    const caller = new AbortController()
    const running = workers.run({ kind: 'sleep', ms: 300 }, { signal: caller.signal })
    // In the same turn, in which the task cannot be over yet.
    expect(workers.stats().queued).toBe(0)
    caller.abort(new Error('gone'))
    await expect(running).rejects.toThrow('gone')
    await workers.run({ kind: 'sleep', ms: 1 })
    expect(workers.stats().restarts).toBe(0)
  })

  test('before the call is refused without a task', async () => {
    const workers = await pool()
    await expect(
      workers.run({ kind: 'hang' }, { signal: AbortSignal.abort(new Error('early')) }),
    ).rejects.toThrow('early')
  })
})

test('closing finishes what runs and waits, then refuses', async () => {
  const workers = await pool()
  const tasks = [1, 2, 3].map((ms) => workers.run({ kind: 'sleep', ms: 20 * ms }))
  await Promise.all([workers.close(), ...tasks])
  await expect(workers.run({ kind: 'sleep', ms: 1 })).rejects.toEqual(code('engine_closed'))
  expect(workers.stats()).toMatchObject({ workers: 0, completed: 3 })
})

test('closing with a grace period ends workers that do not finish', async () => {
  const workers = await pool()
  const hung = failure(workers.run({ kind: 'hang' }))
  const waiting = failure(workers.run({ kind: 'sleep', ms: 1 }))
  await workers.close(100)
  expect(await hung).toEqual(code('engine_crashed'))
  expect(await waiting).toEqual(code('engine_closed'))
})

test('a worker that cannot prepare fails the start with its own error', async () => {
  await expect(pool({ openWith: { failToOpen: true } })).rejects.toEqual(code('model_missing'))
})
