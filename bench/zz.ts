import { readFileSync, writeFileSync } from 'node:fs'
import { measureCases, readCases, type Person } from './traits/cases.ts'
import { measureEyeCrops } from './traits/eyes.ts'
import { scoreGestures, scorePeople, scoreTraits } from './traits/scores.ts'
import { measureCost, tables } from './traits/tables.ts'
import { openYardstick } from './traits/yardstick.ts'
const shared = '../shared'
const measured = await measureCases(readCases(shared).filter(({ split }) => split === 'test'), (await openYardstick(shared))!)
writeFileSync('.cache/traits/test.json', JSON.stringify(measured))
const eyes = (await measureEyeCrops(shared)).filter(({ split }) => split === 'test')
const people = (JSON.parse(readFileSync('.cache/traits/people.json', 'utf8')) as Person[]).filter(({ half }) => half === 'test')
console.log(tables({ traits: scoreTraits(measured, eyes), adults: scorePeople(people.filter(({ age }) => age >= 18 && age <= 70)), everyone: scorePeople(people), gestures: scoreGestures(measured), cost: await measureCost(), faces: measured.length }))
