import type { DialectName } from '../src/dialects/index.ts'
import { type OverloadCase, overloadSuite } from './suites/overload.ts'
import { startEveryDialect } from './support/every-dialect.ts'

const cases: Record<DialectName, OverloadCase> = {
  cashfree: {
    busy: { type: 'internal_error', code: 'request_failed' },
    answer: (number) => ({ status: 'SUCCESS', liveness_score: (500 + number) / 1000 }),
    takesAnyPicture: true,
  },
  didit: {
    busy: { detail: 'Service temporarily unavailable, try again later.' },
    answer: (number) => ({ liveness: { score: (500 + number) / 10 } }),
    takesAnyPicture: true,
  },
  indiconnect: {
    busy: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }], data: null },
    answer: () => ({ data: { verify: { ok: true, result: { status_code: 101, is_live: true } } } }),
    takesAnyPicture: true,
  },
  liveface: {
    busy: { status: 503, code: 'busy' },
    answer: (number) => ({ probability: (500 + number) / 1000 }),
    takesAnyPicture: true,
  },
  verifyhq: {
    busy: { statusCode: 503, error: 'Service Unavailable' },
    answer: () => ({ status: 'IN_PROGRESS', challengesCompleted: 1 }),
    takesAnyPicture: false,
  },
}

overloadSuite(startEveryDialect, cases)
