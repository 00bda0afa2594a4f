import { clientSwitch } from '../../../src/dialects/common/client-switch.ts'

export const wholeScores = clientSwitch('wholeScores', 'scores are whole percents')
