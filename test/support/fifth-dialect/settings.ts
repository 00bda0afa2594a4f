import { z } from 'zod'
import { vendorSetting } from '../../../src/dialects/common/settings.ts'

export const greeting = vendorSetting(
  'LIVEFACE_FIFTH_GREETING',
  z.string().default('hello').describe('Fifth: what stands in the header x-fifth-greeting.'),
)
