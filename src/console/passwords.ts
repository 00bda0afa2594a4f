/**
 * Passwords of people, hashed by a function that takes memory as well as time. scrypt comes with Node.js, so nothing
 * native is installed for it; its cost is one of those that OWASP's cheat sheet of password storage names.
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** 32 MiB, three times over. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 }
const keyLength = 32

export interface Passwords {
  /** @returns one line with salt and cost, to keep in the database */
  hash(password: string): Promise<string>
  /** @param hashed null: of an account that does not exist; takes the same time and is never right */
  verify(password: string, hashed: string | null): Promise<boolean>
}

/** One is hashed at a time: however many sign in at once, the memory of one is taken, and other work gets its threads. */
export function createPasswords(): Passwords {
  let line: Promise<unknown> = Promise.resolve()
  // Of no password: what it is compared with has the shape of one that exists.
  const nobody = toLine(randomBytes(16), randomBytes(keyLength))

  function derive(password: string, salt: Buffer): Promise<Buffer> {
    const turn = line.then(() => scryptKey(password.normalize('NFC'), salt))
    line = turn.catch(() => undefined)
    return turn
  }

  return {
    async hash(password) {
      const salt = randomBytes(16)
      return toLine(salt, await derive(password, salt))
    },

    async verify(password, hashed) {
      const [, , salt = '', key = ''] = (hashed ?? nobody).split('$')
      const expected = Buffer.from(key, 'base64')
      const found = await derive(password, Buffer.from(salt, 'base64'))
      return timingSafeEqual(found, expected) && hashed !== null
    },
  }
}

function toLine(salt: Buffer, key: Buffer): string {
  return ['scrypt', `${cost.N},${cost.r},${cost.p}`, salt.toString('base64'), key.toString('base64')].join(
    '$',
  )
}

function scryptKey(password: string, salt: Buffer): Promise<Buffer> {
  const options: ScryptOptions = cost
  return new Promise((resolve, reject) =>
    scrypt(password, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}
