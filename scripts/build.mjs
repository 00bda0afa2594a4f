/** `npm run build`, and before `npm pack`: dist/ holds what the sources say, and nothing of earlier ones. */
import { build } from './setup.mjs'

build()
