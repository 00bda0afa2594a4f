/**
 * Times traits, quality and pose on one photograph and writes the result to MODELS.md. Run it on a quiet machine.
 *
 *   npm run eval:traits-cost
 */
import { portrait } from '../test/support/pictures.ts'
import { writeSection } from './document.ts'
import { measureCost } from './traits/cost.ts'

const cost = await measureCost(await portrait('personA'))
const ms = (value: number) => `${value.toFixed(value < 0.1 ? 3 : 1)} ms`
const body = `### Cost of traits, quality and pose

| part | processor time |
|---|---|
| eyewear, cover, eyes, mouth, smile (two nets), age and gender (one net, twice) | ${ms(cost.traits)} |
| quality | ${ms(cost.quality)} |
| pose | ${ms(cost.pose)} |
| **all three, one after the other** (aim 8 ms) | **${ms(cost.together)}** |

Medians of ${cost.rounds} rounds on one portrait and one thread of an ${cost.processor}; detection and mesh come before
and are not counted. The three nets weigh ${(cost.bytes / 1e6).toFixed(1)} MB (aim 8 MB). Written by
\`npm run eval:traits-cost\`.`
console.log(body)
writeSection('MODELS.md', 'eval:traits-cost', body)
