import { clientSwitch } from '../common/client-switch.ts'

export const simulator = clientSwitch(
  'simulator',
  'the verification id scripts the outcome of face-liveness, for sandbox clients only',
)

/** For clients with a closed list of statuses. */
export const strictMatchStatus = clientSwitch(
  'strictMatchStatus',
  'a match without a face is SUCCESS with NO and 0',
)

/** Only clients that sign each request can work so; the vendor itself accepts a repeated signature within its window. */
export const singleUseSignatures = clientSwitch(
  'singleUseSignatures',
  'an x-cf-signature is good for one request, not for all within its window',
)
