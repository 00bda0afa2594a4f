/**
 * Passwords of people, hashed by a function that takes memory as well as time. scrypt comes with Node.js, so nothing
 * native is installed for it; its cost is one of those that OWASP's cheat sheet of password storage names.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { ConsoleError } from './errors.ts'

/** Stands where accounts have no password, and is none: nothing verifies against it. */
export const noPassword = ''

type Cost = Required<Pick<ScryptOptions, 'N' | 'r' | 'p' | 'maxmem'>>

/** 32 MiB, three times over. */
const passwordCost: Cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 }
const keyLength = 32
/** Seconds in which a full line has moved on. */
const retryAfter = 2

export interface Passwords {
  /** @returns one line with salt and cost, to keep in the database @throws ConsoleError busy */
  hash(password: string): Promise<string>
  /**
   * @param find reads the account, once there is a place in the line; null: there is none, which takes the same time and
   *   is never right
   * @returns the account, if the password is right
   * @throws ConsoleError busy, before anything is read; whatever `find` throws
   */
  verify<Account extends { password: string }>(
    password: string,
    find: () => Promise<Account | null>,
  ): Promise<Account | null>
}

export interface PasswordsOptions {
  /** Of new hashes; a kept one is computed at the cost that stands beside it. */
  cost?: Cost
  /** Passwords in line, the one that is being hashed among them. */
  places?: number
}

/**
 * One is hashed at a time: however many sign in at once, the memory of one is taken, and other work gets its threads. Who
 * finds the line full is sent away, or a stranger could make it as long as they like.
 */
export function createPasswords({ cost = passwordCost, places = 9 }: PasswordsOptions = {}): Passwords {
  let line: Promise<unknown> = Promise.resolve()
  let taken = 0
  // Of no password: what it is compared with has the shape of one that exists.
  const nobody = toLine(cost, randomBytes(16), randomBytes(keyLength))

  async function inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    if (taken >= places) throw new ConsoleError('busy', { retryAfter })
    taken++
    try {
      return await work()
    } finally {
      taken--
    }
  }

  function derive(spent: Cost, password: string, salt: Buffer): Promise<Buffer> {
    const turn = line.then(() => scryptKey(spent, password.normalize('NFC'), salt))
    line = turn.catch(() => undefined)
    return turn
  }

  return {
    hash: (password) =>
      inLine(async () => {
        const salt = randomBytes(16)
        return toLine(cost, salt, await derive(cost, password, salt))
      }),

    verify: (password, find) =>
      inLine(async () => {
        const account = await find()
        const [, numbers = '', salt = '', key = ''] = (account?.password || nobody).split('$')
        const [N = 0, r = 0, p = 0] = numbers.split(',').map(Number)
        const expected = Buffer.from(key, 'base64')
        const found = await derive({ ...cost, N, r, p }, password, Buffer.from(salt, 'base64'))
        return account?.password && timingSafeEqual(found, expected) ? account : null
      }),
  }
}

function toLine({ N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', `${N},${r},${p}`, salt.toString('base64'), key.toString('base64')].join('$')
}

function scryptKey(cost: Cost, password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyLength, cost, (error, key) => (error ? reject(error) : resolve(key))),
  )
}
