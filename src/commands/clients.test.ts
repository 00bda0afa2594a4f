/** The commands themselves, in this process and over real records. Standard output is a stand-in, which hides the terminal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { clientsCommand } from './clients.ts'
import { keysCommand } from './keys.ts'
import { withPlatform } from './platform.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-clients-'))
beforeAll(() => vi.stubEnv('LIVEFACE_DATA_DIR', folder))
afterEach(() => vi.restoreAllMocks())
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

async function create(...args: string[]): Promise<string> {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await keysCommand().parseAsync(['create', '--json', ...args], { from: 'user' })
  return (JSON.parse(lines.join('')) as { client: string }).client
}

const set = (...args: string[]) => clientsCommand().parseAsync(['set', ...args], { from: 'user' })

async function rowOf(id: string) {
  const row = await withPlatform(({ database }) =>
    database.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  )
  return { balance: row.balance, settings: JSON.parse(row.settings) as Record<string, unknown> }
}

it("sets a vendor's own options, beside which the others stay", async () => {
  const id = await create('--dialect', 'cashfree', '--simulator', '--balance', '3', '--rate', '8')
  expect(await rowOf(id)).toMatchObject({ balance: 3, settings: { simulator: true, ratePerMinute: 8 } })
  await set(id, '--strict-match-status', 'on', '--refuse-uploads', 'on')
  await set(id, '--balance', '100')
  expect(await rowOf(id)).toMatchObject({
    balance: 100,
    settings: { simulator: true, strictMatchStatus: true, ratePerMinute: 8, refuseUploads: true },
  })
  await set(id, '--strict-match-status', 'off', '--rate', 'none', '--balance', 'none')
  expect(await rowOf(id)).toMatchObject({
    balance: null,
    settings: { simulator: true, strictMatchStatus: false, ratePerMinute: null },
  })
  const other = await create('--dialect', 'verifyhq', '--list-envelope')
  expect((await rowOf(other)).settings).toMatchObject({ listEnvelope: true })
})

it('refuses what the vendor of the client does not know, and changes nothing', async () => {
  const id = await create('--dialect', 'didit')
  const before = await rowOf(id)
  await expect(set(id, '--list-envelope', 'on', '--rate', '5')).rejects.toThrow(
    'A client of didit has no option --list-envelope.',
  )
  expect(await rowOf(id)).toEqual(before)
  await expect(create('--dialect', 'didit', '--simulator')).rejects.toThrow('no option --simulator')
  await expect(set(id)).rejects.toThrow('Name a setting to change.')
})

it('lists clients and shows one with its settings, without its secret', async () => {
  const id = await create(
    '--dialect',
    'cashfree',
    '--name',
    'shop',
    '--signature',
    '--balance',
    '7',
    '--rate',
    '9',
  )
  const printed = async (...args: string[]) => {
    const lines: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
    await clientsCommand().parseAsync(args, { from: 'user' })
    return lines.join('')
  }
  expect(await printed('list')).toMatch(new RegExp(`^${id} +cashfree +sandbox +shop *$`, 'm'))
  const listed = (await printed('list', '--json'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const known = { id, dialect: 'cashfree', environment: 'sandbox', name: 'shop' }
  expect(listed).toContainEqual(expect.objectContaining(known))
  const shown = await printed('show', id)
  expect(JSON.parse(shown)).toMatchObject({
    ...known,
    balance: 7,
    settings: { ratePerMinute: 9, signed: true },
  })
  expect(shown).not.toMatch(/PRIVATE KEY|signatureKey/)
  await expect(printed('show', 'nobody')).rejects.toThrow('There is no client nobody.')
})

it('says who asks on the capture page, part by part', async () => {
  const id = await create('--dialect', 'verifyhq')
  const logo = join(folder, 'logo.png')
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#6a3fb5' } })
    .png()
    .toBuffer()
  writeFileSync(logo, png)
  const brandingOf = async () => (await rowOf(id)).settings.branding
  await set(id, '--brand-name', ' Example Bank ', '--brand-logo', logo, '--brand-color', '#6a3fb5')
  await set(id, '--consent-text', 'We keep the pictures.\nFor 30 days.')
  const named = { name: 'Example Bank', logo: png.toString('base64'), accentColor: '#6a3fb5' }
  expect(await brandingOf()).toEqual({ ...named, consentText: 'We keep the pictures.\nFor 30 days.' })
  await set(id, '--consent-text', 'none', '--brand-logo', 'none', '--brand-color', 'none')
  expect(await brandingOf()).toEqual({
    name: 'Example Bank',
    logo: null,
    accentColor: null,
    consentText: null,
  })
  await set(id, '--brand-name', 'none')
  expect(await brandingOf()).toBeNull()
  writeFileSync(logo, png.subarray(0, -5))
  await expect(set(id, '--brand-logo', logo)).rejects.toThrow('It must be a whole PNG')
  await expect(set(id, '--brand-color', 'purple')).rejects.toThrow('#0b6e4f')
  await expect(set(id, '--brand-name', 'two\nlines')).rejects.toThrow('one line')
  expect(await brandingOf()).toBeNull()
})
