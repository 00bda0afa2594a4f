/**
 * What every dialect answers, sends and keeps, byte for byte, in test/recorded/. Servers, databases and requests are
 * real. A stub engine with fixed findings hides decoding, nets and workers, a fixed clock hides the time, drawn
 * gestures are fixed, and what else is random has a name in brackets.
 *
 * A difference is a change of what callers were promised. Where it is meant, `npx vitest run
 * test/contract-bytes.test.ts -u` records it, and it is reviewed like any other change.
 */
import { describe, expect, it, vi } from 'vitest'
import type { DialectName } from '../src/dialects/index.ts'
import { cashfree } from './contract/cashfree.ts'
import { didit } from './contract/didit.ts'
import { indiconnect } from './contract/indiconnect.ts'
import { liveface } from './contract/liveface.ts'
import { type Contract, startTranscript } from './contract/stand.ts'
import { verifyhq } from './contract/verifyhq.ts'

vi.mock('../src/challenges/draw.ts', async (original) => ({
  ...(await original<typeof import('../src/challenges/draw.ts')>()),
  drawGestures: () => ['TURN_LEFT', 'SMILE'],
}))

const contracts: Record<DialectName, Contract> = { cashfree, didit, indiconnect, liveface, verifyhq }

describe.each(Object.entries(contracts))('the contract of %s', (name, contract) => {
  it('is kept to the byte', async () => {
    const transcript = startTranscript(name)
    await contract(transcript)
    await expect(transcript.text()).toMatchFileSnapshot(`recorded/${name}.txt`)
  })
})
