import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'

describe('settings', () => {
  it('that do not exist are named with the nearest one that does', () => {
    expect(() => readConfig({ LIVEFACE_EVIDENSE: 'true' })).toThrow(
      'LIVEFACE_EVIDENSE is no setting. Did you mean LIVEFACE_EVIDENCE?',
    )
    expect(() => readConfig({ PATH: '/bin', OTHER_SETTING: '1' })).not.toThrow()
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
