import { describe } from 'vitest'
import { hasEverySentence } from '../../shared/texts-suite.ts'
import { textsOf } from './index.ts'

describe("the console's texts", () => {
  hasEverySentence(textsOf)
})
