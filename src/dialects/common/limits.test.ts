import type { FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { createRateLimits } from '../../access/rate-limits.ts'
import { readConfig } from '../../config/index.ts'
import { judgeGuess, takeFromAddress } from './limits.ts'

const from = (ip: string) => ({ ip }) as FastifyRequest

it('an address has one budget for every kind of call', () => {
  const services = { config: readConfig({ LIVEFACE_RATE_PER_IP: '2' }), rateLimits: createRateLimits() }
  const allowed = () => takeFromAddress(from('192.0.2.1'), services).allowed
  expect([allowed(), allowed(), allowed()]).toEqual([true, true, false])
  expect(takeFromAddress(from('192.0.2.2'), services).allowed).toBe(true)
})

it('a guesser is refused after ten wrong guesses, right ones too, and nobody else is', () => {
  let time = 0
  const rateLimits = createRateLimits(() => time)
  const guess = (right: boolean, ip = '192.0.2.1', name = 'admin') =>
    judgeGuess(from(ip), rateLimits, name, () => right)
  // Right ones are not counted.
  for (let i = 0; i < 20; i++) expect(guess(true)).toEqual({ result: 'right' })
  for (let i = 0; i < 10; i++) expect(guess(false)).toEqual({ result: 'wrong' })
  expect(guess(true)).toEqual({ result: 'refused', retryAfter: 60 })
  expect(guess(true, '192.0.2.2')).toEqual({ result: 'right' })
  expect(guess(true, '192.0.2.1', 'playground')).toEqual({ result: 'right' })
  time = 60_000
  expect(guess(true)).toEqual({ result: 'right' })
})

it('a refused guess is not even looked at', () => {
  const rateLimits = createRateLimits()
  for (let i = 0; i < 10; i++) judgeGuess(from('192.0.2.1'), rateLimits, 'admin', () => false)
  const looked = () => {
    throw new Error('looked')
  }
  expect(judgeGuess(from('192.0.2.1'), rateLimits, 'admin', looked).result).toBe('refused')
})
