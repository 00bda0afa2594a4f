/** Which page is shown, read from the address's fragment: `#/cases/ID?queue=open`. */
import type { Role } from '../api/types.ts'

export const pageNames = [
  'cases',
  'people',
  'overview',
  'keys',
  'webhooks',
  'audit',
  'settings',
  'users',
  'account',
] as const

export type PageName = (typeof pageNames)[number]

export interface Route {
  page: PageName
  id: string | null
  query: URLSearchParams
}

export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#\/?/, '').split('?', 2)
  const [name = '', id] = path.split('/')
  const page = pageNames.find((known) => known === name) ?? 'cases'
  return { page, id: id ? decode(id) : null, query: new URLSearchParams(query) }
}

/** The fragment that leads there. */
export function hrefOf(page: PageName, id: string | null = null, query?: URLSearchParams): string {
  const search = query?.toString()
  return `#/${page}${id === null ? '' : `/${encodeURIComponent(id)}`}${search ? `?${search}` : ''}`
}

/** An address that somebody mistyped leads nowhere, but breaks nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const pagesOfRole: Record<Role, readonly PageName[]> = {
  reviewer: ['cases', 'people', 'account'],
  developer: ['cases', 'overview', 'keys', 'webhooks', 'account'],
  auditor: ['cases', 'people', 'audit', 'overview', 'account'],
  administrator: pageNames,
}

/** The pages of a role, in the order of the menu. The server decides what each may do; this only hides what it refuses. */
export function pagesOf(role: Role): readonly PageName[] {
  return pagesOfRole[role]
}

export type Right = 'decide' | 'see pictures' | 'search by picture' | 'erase' | 'export' | 'redeliver'

const rights: Record<Right, readonly Role[]> = {
  decide: ['reviewer', 'administrator'],
  'see pictures': ['reviewer', 'administrator'],
  'search by picture': ['reviewer', 'administrator'],
  erase: ['administrator'],
  export: ['administrator', 'auditor'],
  redeliver: ['developer', 'administrator'],
}

export function may(role: Role, right: Right): boolean {
  return rights[right].includes(role)
}
