import { clientSwitch } from '../common/client-switch.ts'

export const warnUnverified = clientSwitch(
  'warnUnverified',
  'a liveness picture that carries no marks of a camera gets the warning unverified_capture',
)

export const refuseUnverified = clientSwitch(
  'refuseUnverified',
  'a liveness picture that carries no marks of a camera fails, with the reason unverified_capture',
)
