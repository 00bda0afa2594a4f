/**
 * Measures traits, age, gender and gestures on held-out people and writes the table to MODELS.md.
 *
 *   npm run eval:traits              needs ../shared (LIVEFACE_SHARED)
 */
import { resolve } from 'node:path'
import { writeSection } from './document.ts'
import { card } from './traits/card.ts'
import { measureCases, measurePeople, readCases, readPoses } from './traits/cases.ts'
import { measureEyeCrops } from './traits/eyes.ts'
import { scoreAgainstNeutral, scoreGestures } from './traits/gestures.ts'
import { scorePeople, scoreTraits } from './traits/scores.ts'
import { tables } from './traits/tables.ts'
import { openYardstick } from './traits/yardstick.ts'

const shared = resolve(process.env.LIVEFACE_SHARED ?? '../shared')
const yardstick = await openYardstick(shared)
const cases = readCases(shared)
const ofTest = <T extends { split: string }>(all: readonly T[]) => all.filter(({ split }) => split === 'test')
const measured = await measureCases(ofTest(cases), yardstick ?? undefined)
const posing = await measureCases(ofTest(readPoses(shared, cases)), yardstick ?? undefined)
const eyes = ofTest(await measureEyeCrops(shared))
const people = await measurePeople(shared, { half: 'test' })
const adults = people.filter(({ age }) => age >= 18 && age <= 70)
const body = `${card}\n${tables({
  traits: scoreTraits(measured, eyes),
  adults: scorePeople(adults),
  everyone: scorePeople(people),
  gestures: scoreGestures([...measured, ...posing]),
  againstNeutral: scoreAgainstNeutral([...measured, ...posing]),
  faces: measured.length,
})}`
console.log(body)
writeSection('MODELS.md', 'eval:traits', body)
