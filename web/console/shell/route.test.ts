import { describe, expect, it } from 'vitest'
import { hrefOf, may, pageNames, pagesOf, parseRoute } from './route.ts'

describe("the page's address", () => {
  it('names a page, a thing on it and a query, and is read back', () => {
    const query = new URLSearchParams({ queue: 'all', q: 'a/b?c#d' })
    const { page, id, query: read } = parseRoute(hrefOf('cases', 'x/y?z', query))
    expect([page, id, read.get('queue'), read.get('q')]).toEqual(['cases', 'x/y?z', 'all', 'a/b?c#d'])
    for (const name of pageNames) expect(parseRoute(hrefOf(name))).toMatchObject({ page: name, id: null })
  })

  it('leads to the cases when it names nothing, and breaks nothing when it is mistyped', () => {
    for (const text of ['', '#', '#/', '#/nowhere', '#/__proto__'])
      expect(parseRoute(text).page).toBe('cases')
    expect(parseRoute('#/cases/%E0%A4%A')).toMatchObject({ page: 'cases', id: '%E0%A4%A' })
  })
})

describe('the menu', () => {
  it('holds what the role may use', () => {
    expect(pagesOf('administrator')).toEqual(pageNames)
    expect(pagesOf('reviewer')).toEqual(['cases', 'people', 'account'])
    expect(pagesOf('developer')).not.toContain('people')
    for (const role of ['reviewer', 'developer', 'auditor'] as const) {
      expect(pagesOf(role)).not.toContain('users')
      expect(may(role, 'erase')).toBe(false)
    }
    expect(may('auditor', 'see pictures')).toBe(false)
    expect(may('developer', 'decide')).toBe(false)
  })
})
