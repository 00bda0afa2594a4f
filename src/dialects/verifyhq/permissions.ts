/** What a key may do; a client without a list may do everything. */
export const permissions = [
  'identity:read',
  'identity:write',
  'document:read',
  'document:write',
  'liveness:read',
  'liveness:write',
] as const

export type Permission = (typeof permissions)[number]
