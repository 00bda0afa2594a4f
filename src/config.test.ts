import { describe, expect, it } from 'vitest'
import { describeSettings, readConfig } from './config.ts'
import { count } from './setting-types.ts'

describe('settings', () => {
  it('that do not exist are named with the nearest one that does', () => {
    expect(() => readConfig({ LIVEFACE_EVIDENSE: 'true' })).toThrow(
      'LIVEFACE_EVIDENSE is no setting. Did you mean LIVEFACE_EVIDENCE?',
    )
    expect(() => readConfig({ PATH: '/bin', OTHER_SETTING: '1' })).not.toThrow()
  })

  it('of a vendor are read, described and checked with those of every server', () => {
    const own = [{ variable: 'LIVEFACE_OWN_WINDOW', type: count(1).default(7).describe('A window.') }]
    expect(readConfig({}, own).vendors).toEqual({ LIVEFACE_OWN_WINDOW: 7 })
    expect(readConfig({ LIVEFACE_OWN_WINDOW: '9' }, own).vendors).toEqual({ LIVEFACE_OWN_WINDOW: 9 })
    expect(describeSettings(own).at(-1)).toEqual({
      name: 'LIVEFACE_OWN_WINDOW',
      fallback: '7',
      meaning: 'A window.',
    })
    const wrong = { LIVEFACE_OWN_WINDOW: '0', PORT: 'x' }
    expect(() => readConfig(wrong, own)).toThrow(/PORT: .*\n {2}LIVEFACE_OWN_WINDOW: /)
    expect(() => readConfig({ LIVEFACE_OWN_WINDO: '9' }, own)).toThrow(/Did you mean LIVEFACE_OWN_WINDOW\?/)
    expect(() => readConfig({ LIVEFACE_OWN_WINDOW: '9' })).toThrow(/LIVEFACE_OWN_WINDOW is no setting/)
  })

  it('of production mode serve no sandbox credential', () => {
    expect(readConfig({ LIVEFACE_PRODUCTION: 'true' }).LIVEFACE_ENVIRONMENT).toBe('production')
    expect(readConfig({}).LIVEFACE_ENVIRONMENT).toBe('any')
    for (const contrary of ['any', 'sandbox']) {
      const settings = { LIVEFACE_PRODUCTION: 'true', LIVEFACE_ENVIRONMENT: contrary }
      expect(() => readConfig(settings)).toThrow(/LIVEFACE_ENVIRONMENT must be production/)
    }
  })
})
