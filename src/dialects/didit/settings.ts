import { z } from 'zod'
import { vendorSetting } from '../common/settings.ts'

export const statusCodes = vendorSetting(
  'LIVEFACE_DIDIT_STATUS_CODES',
  z
    .enum(['403', '401'])
    .default('403')
    .describe(
      "Didit's older answers refuse every key with 403; the newer ones an invalid key with 401, no credits with 402.",
    ),
)
