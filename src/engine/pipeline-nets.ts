import { faceNetNames } from './face/index.ts'
import { type NetName, netNames } from './models/index.ts'
import { traitNetNames } from './traits/index.ts'

/** The PAD net, where the catalogue has one. */
export const padNet = netNames.includes('pad' as NetName)

/** Every net the pipeline runs. */
export const pipelineNets: readonly NetName[] = [
  ...faceNetNames,
  ...traitNetNames,
  ...(padNet ? ['pad' as NetName] : []),
]
