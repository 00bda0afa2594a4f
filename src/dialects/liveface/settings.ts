import { count } from '../../config/types.ts'
import { vendorSetting } from '../common/settings.ts'

export const waitingChecks = vendorSetting(
  'LIVEFACE_WAITING_CHECKS',
  count(1).default(1000).describe('Liveface: accepted checks of one client that may wait to be measured.'),
)

export const waitingMegabytes = vendorSetting(
  'LIVEFACE_WAITING_MB',
  count(1)
    .default(1024)
    .describe('Liveface: megabytes of their pictures that are kept meanwhile, of one client.'),
)
