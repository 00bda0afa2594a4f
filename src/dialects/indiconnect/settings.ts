import { flag } from '../../config/types.ts'
import { vendorSetting } from '../common/settings.ts'

export const acceptsProvidercode = vendorSetting(
  'LIVEFACE_PROVIDERCODE',
  flag
    .default(true)
    .describe(
      'IndiConnect: the header `providercode` may stand in for `myAppId`, as production integrations send it.',
    ),
)
