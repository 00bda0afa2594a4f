import { z } from 'zod'
import { secret } from '../../config/types.ts'
import { vendorSetting } from '../common/settings.ts'

export const adminSecret = vendorSetting(
  'LIVEFACE_ADMIN_SECRET',
  secret(z.string().min(16).optional()).describe(
    'VerifyHQ: secret of the admin calls (X-Admin-Secret). Default: admin calls are off.',
  ),
)
