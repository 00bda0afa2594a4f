import { count } from '../../config/types.ts'
import { vendorSetting } from '../common/settings.ts'

export const signatureWindow = vendorSetting(
  'LIVEFACE_SIGNATURE_WINDOW_S',
  count(1)
    .default(300)
    .describe(
      'Cashfree: seconds by which the time inside a request signature may differ from ours, either way.',
    ),
)
