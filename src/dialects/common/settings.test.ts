import { expect, it } from 'vitest'
import { readConfig } from '../../config/index.ts'
import { count } from '../../config/types.ts'
import { vendorSetting } from './settings.ts'

it('a setting of a vendor is what the environment says, also when it is absent, and never a guess', () => {
  const window = vendorSetting('LIVEFACE_OWN_WINDOW', count(1).optional())
  expect(window.of(readConfig({ LIVEFACE_OWN_WINDOW: '9' }, [window]))).toBe(9)
  expect(window.of(readConfig({}, [window]))).toBeUndefined()
  expect(() => window.of(readConfig({}))).toThrow('The configuration was read without LIVEFACE_OWN_WINDOW.')
})
