import { isolationSuite } from './suites/isolation.ts'
import { owners } from './support/record-owners.ts'

await isolationSuite(Object.values(owners))
