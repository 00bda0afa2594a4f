import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { vendorQuery } from '../../../test/support/indiconnect.ts'
import { findExcess, limits } from './limits.ts'

const nested = (depth: number): string => (depth === 0 ? '' : `{ a ${nested(depth - 1)} }`)
const aliased = (count: number) =>
  `{ a { ${Array.from({ length: count }, (_, index) => `x${index}: b`).join(' ')} } }`
/** Two spreads in each fragment: 2^levels visits, and not one field on the way. */
const doubling = (levels: number) =>
  [
    '{ ...f0 }',
    ...Array.from(
      { length: levels },
      (_, level) => `fragment f${level} on Query { ...f${level + 1} ...f${level + 1} }`,
    ),
    `fragment f${levels} on Query { ...missing }`,
  ].join('\n')

describe('findExcess', () => {
  it.each([
    ["the vendor's query", vendorQuery],
    ['the deepest allowed', nested(limits.depth)],
    ['the most aliases allowed', aliased(limits.aliases)],
    ['two operations that verify once each', 'mutation A { verify { ok } } mutation B { verify { ok } }'],
    ['a fragment inside itself, which is left to validation', '{ ...f } fragment f on Query { a ...f }'],
    ['a deep introspection query', `{ __schema ${nested(12)} }`],
  ])('allows %s', (_name, query) => {
    expect(findExcess(parse(query))).toBeNull()
  })

  it.each([
    ['one level more', nested(limits.depth + 1), 'levels'],
    ['one alias more', aliased(limits.aliases + 1), 'aliases'],
    ['one selection more', `{ ${'a '.repeat(limits.selections + 1)} }`, 'selections'],
    ['depth hidden in fragments', `{ a { ...f } } fragment f on A ${nested(limits.depth)}`, 'levels'],
    ['fragments that double', doubling(40), 'selections'],
    ['two verify', 'mutation { verify { ok } again: verify { ok } }', 'more than one verify'],
    [
      'two verify, one in a fragment',
      'mutation { verify { ok } ...f } fragment f on Mutation { b: verify { ok } }',
      'more than one verify',
    ],
    [
      'two verify in the second operation',
      'query A { _empty } mutation B { a: verify { ok } b: verify { ok } }',
      'more than one verify',
    ],
  ])('refuses %s', (_name, query, message) => {
    expect(findExcess(parse(query))?.message).toContain(message)
  })
})
