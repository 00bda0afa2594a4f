/** `npm run build`, and before `npm pack`: dist/ holds what the sources say, and nothing of earlier ones; nets are compiled. */
import { build, compileModels } from './setup.mjs'

build()
compileModels()
