import { describe } from 'vitest'
import { hasEverySentence } from '../../shared/texts-suite.ts'
import { languages, textsOf } from './index.ts'

describe("the console's texts", () => {
  hasEverySentence(languages, textsOf)
})
