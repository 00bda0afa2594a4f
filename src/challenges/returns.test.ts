import { expect, it } from 'vitest'
import { givenKey } from '../access/key-source.ts'
import { openMasterKey } from '../access/master-key.ts'
import { createReturns } from './returns.ts'
import type { Session } from './types.ts'

const { returnAddress } = createReturns(
  openMasterKey('unused', givenKey(Buffer.alloc(32, 1).toString('base64'))),
  () => 1_700_000_000_000,
)

/** The caller's page as a session that is over leads back to it, the signed part in short. */
const leadsTo = (returnUrl: string) =>
  returnAddress({ id: 'ID', returnUrl, state: 'completed' } as Session)?.replace(
    /liveface_session=ID&liveface_status=completed&liveface_time=1700000000&liveface_signature=[0-9a-f]{64}/,
    'SIGNED',
  )

it.each([
  ['https://example.com', 'https://example.com/?SIGNED'],
  ['https://example.com/back?', 'https://example.com/back?SIGNED'],
  ['https://example.com/back#top', 'https://example.com/back?SIGNED#top'],
  ['https://example.com/?q=a%20b&c=d+e#/route?x=1', 'https://example.com/?q=a%20b&c=d+e&SIGNED#/route?x=1'],
  ['https://example.com/?flag&&empty=&list[]=1', 'https://example.com/?flag&&empty=&list[]=1&SIGNED'],
  ['https://example.com/?q=(~!*)%7e%7E;/?@', 'https://example.com/?q=(~!*)%7e%7E;/?@&SIGNED'],
  // The address at which somebody came back may be given again.
  ['https://example.com/?liveface_session=1&a=b&liveface_signature=2', 'https://example.com/?a=b&SIGNED'],
])('%s keeps its own spelling on the way back', (returnUrl, expected) => {
  expect(leadsTo(returnUrl)).toBe(expected)
})
