/** The real cost in the first test alone: others of the console do without it. */
import { expect, it } from 'vitest'
import { cheapCost } from '../../test/support/console.ts'
import { createPasswords } from './passwords.ts'

it('hashes at the cost that stands beside the hash, and tells right from wrong', async () => {
  const { hash, verify } = createPasswords()
  const password = await hash('correct horse battery')
  expect(password).toMatch(/^scrypt\$32768,8,3\$[\w+/=]{24}\$[\w+/=]{44}$/)
  const account = { password }
  expect(await verify('correct horse battery', async () => account)).toBe(account)
  expect(await verify('wrong', async () => account)).toBeNull()
  expect(await verify('wrong', async () => null)).toBeNull()
})

it('lets eight wait for the one that is hashed', async () => {
  const { verify } = createPasswords({ cost: cheapCost })
  const read: number[] = []
  const asked = Array.from({ length: 12 }, (_, index) =>
    verify('wrong', async () => {
      read.push(index)
      return null
    }).catch(({ code, retryAfter }) => ({ code, retryAfter })),
  )
  const busy = { code: 'busy', retryAfter: 2 }
  expect(await Promise.all(asked)).toEqual([...Array(9).fill(null), busy, busy, busy])
  // Nothing is read of an account whose turn will not come.
  expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})
