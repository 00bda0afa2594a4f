import { faceNetNames } from './face/index.ts'
import { livenessNetNames } from './liveness/index.ts'
import type { NetName } from './models/index.ts'
import { traitNetNames } from './traits/index.ts'

/** Every net the pipeline runs. */
export const pipelineNets = [
  ...faceNetNames,
  ...traitNetNames,
  ...livenessNetNames,
] as const satisfies readonly NetName[]
