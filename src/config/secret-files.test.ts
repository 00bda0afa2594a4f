import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { settingsOf } from '../dialects/common/settings.ts'
import { dialects } from '../dialects/index.ts'
import { describeSettings, readConfig } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'liveface-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(text: string): string {
  const file = join(folder, String(Math.random()))
  writeFileSync(file, text)
  return file
}

/** What some secrets are good for. */
const others: Record<string, string> = {
  LIVEFACE_EVIDENCE_URL: 's3://pictures',
  LIVEFACE_S3_ACCESS_KEY_ID: 'id',
  LIVEFACE_S3_SECRET_ACCESS_KEY: 'x',
  LIVEFACE_OIDC_ISSUER: 'https://id.example.org',
  LIVEFACE_OIDC_CLIENT_ID: 'console',
  LIVEFACE_OIDC_ROLES: 'leads=administrator',
}
const ofVendors = settingsOf(dialects)
/** A setting whose name says so holds a secret, and so do a URL with a password and headers with a token. */
const looksSecret = /_(KEY|SECRET|TOKEN|PASSWORD|DATABASE_URL|HEADERS)$/

describe('a secret setting', () => {
  const secrets = describeSettings(ofVendors).filter(({ meaning }) => meaning.includes('_FILE.'))

  it('is each that its name makes one', () => {
    const named = describeSettings(ofVendors).filter(({ name }) => looksSecret.test(name))
    expect(secrets.map(({ name }) => name)).toEqual(expect.arrayContaining(named.map(({ name }) => name)))
  })

  it.each(secrets.map(({ name }) => name))(
    '%s may lie in a file, with or without a last line end',
    (name) => {
      const value = 'http://a-secret-that-fits-every-one'
      const said = readConfig({ ...others, [name]: value }, ofVendors)
      expect(said).not.toEqual(readConfig(others, ofVendors))
      const { [name]: _, ...without } = others
      for (const text of [value, `${value}\n`, `${value}\r\n`]) {
        expect(readConfig({ ...without, [`${name}_FILE`]: fileOf(text) }, ofVendors)).toEqual(said)
      }
    },
  )

  it('that is wrong is reported without it', () => {
    const short = fileOf('hunter2')
    const missing = join(folder, 'none')
    const wrong = (environment: Record<string, string>) => {
      try {
        readConfig(environment, ofVendors)
        return ''
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(wrong({ LIVEFACE_METRICS_TOKEN_FILE: missing })).toContain(
      `LIVEFACE_METRICS_TOKEN_FILE: ${missing} cannot be read (ENOENT).`,
    )
    expect(wrong({ LIVEFACE_METRICS_TOKEN_FILE: folder })).toContain('cannot be read (EISDIR).')
    expect(wrong({ LIVEFACE_METRICS_TOKEN_FILE: fileOf('\n') })).toContain('is empty.')
    const both = { LIVEFACE_MASTER_KEY: 'x', LIVEFACE_MASTER_KEY_FILE: short }
    expect(wrong(both)).toContain(
      'LIVEFACE_MASTER_KEY_FILE: LIVEFACE_MASTER_KEY is set too. Remove one of them.',
    )
    const tooShort = wrong({ LIVEFACE_METRICS_TOKEN_FILE: short })
    expect(tooShort).toContain('LIVEFACE_METRICS_TOKEN: ')
    expect(tooShort).not.toContain('hunter2')
  })

  it('alone may: no other setting is read from a file', () => {
    expect(() => readConfig({ PORT_FILE: fileOf('1') })).not.toThrow()
    expect(() => readConfig({ LIVEFACE_WORKERS_FILE: fileOf('1') })).toThrow(
      'LIVEFACE_WORKERS_FILE is no setting. Did you mean LIVEFACE_WORKERS?',
    )
  })
})
