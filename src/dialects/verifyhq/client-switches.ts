import { clientSwitch } from '../common/client-switch.ts'

export const listEnvelope = clientSwitch(
  'listEnvelope',
  'lists of checks are {data, total, page, limit} instead of a bare array',
)
