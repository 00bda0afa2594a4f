import { writeFileSync } from 'node:fs'
import { measureCases, readCases } from './traits/cases.ts'
import { openYardstick } from './traits/yardstick.ts'
const m = await measureCases(readCases('../shared').filter(({ split }) => split === 'calibrate'), (await openYardstick('../shared'))!)
writeFileSync('.cache/traits/calibrate.json', JSON.stringify(m))
