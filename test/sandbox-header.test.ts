import { sandboxHeaderSuite } from './suites/sandbox-header.ts'
import { dialectNames, startEveryDialect } from './support/every-dialect.ts'

sandboxHeaderSuite(startEveryDialect, dialectNames)
