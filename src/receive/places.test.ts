import { expect, it } from 'vitest'
import { createPlaces } from './places.ts'

it('weighs what clients hold by how long they hold it, and forgets it slowly', () => {
  let time = 0
  const places = createPlaces(10, 5, () => time)
  const [cheap, dear] = [places.take('cheap'), places.take('dear')]
  time = 50
  cheap()
  time = 2000
  dear()
  expect(places.recentUse('cheap')).toBeLessThan(50)
  expect(places.recentUse('dear')).toBe(2000)
  expect(places.recentUse('new')).toBe(0)
  time += 10_000
  expect(places.recentUse('dear')).toBe(1000)
})

it('counts what is still held, and gives a place back once', () => {
  let time = 0
  const places = createPlaces(3, 2, () => time)
  const giveBack = places.take('client')
  places.take('client')
  time = 100
  expect(places.recentUse('client')).toBe(200)
  expect(places.mayTake('client')).toBe(false)
  giveBack()
  giveBack()
  expect(places.held).toBe(1)
  expect(places.mayTake('client')).toBe(true)
})

it('keeps no account of more clients than it needs', () => {
  const places = createPlaces(10)
  for (let client = 0; client < 3000; client++) places.take(`client-${client}`)()
  expect(places.held).toBe(0)
  expect(places.recentUse('client-0')).toBe(0)
})
