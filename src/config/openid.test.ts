import { expect, it } from 'vitest'
import { readConfig } from './index.ts'

const given = {
  LIVEFACE_OIDC_ISSUER: 'https://id.example.org',
  LIVEFACE_OIDC_CLIENT_ID: 'console',
  LIVEFACE_OIDC_ROLES: '/kyc/leads=administrator, cn=kyc=reviewer:a+b,devs=developer',
}

it('roles of a provider keep their order, with their clients', () => {
  expect(readConfig(given).console.provider).toMatchObject({
    roleClaim: 'groups',
    roles: [
      { value: '/kyc/leads', role: 'administrator', clients: null },
      { value: 'cn=kyc', role: 'reviewer', clients: ['a', 'b'] },
      { value: 'devs', role: 'developer', clients: null },
    ],
  })
  expect(readConfig({}).console.provider).toBeUndefined()
})

it.each(['leads', 'leads=king', '=reviewer', 'leads=administrator:a', 'leads=reviewer:', ''])(
  'roles written as %j are refused',
  (roles) => {
    expect(() => readConfig({ ...given, LIVEFACE_OIDC_ROLES: roles })).toThrow(/LIVEFACE_OIDC_ROLES/)
  },
)

it('an issuer is https, or http where that is allowed outside production mode', () => {
  const http = { ...given, LIVEFACE_OIDC_ISSUER: 'http://id.example.org' }
  expect(() => readConfig(http)).toThrow(/must begin with https/)
  const allowed = { ...http, LIVEFACE_OIDC_ALLOW_PRIVATE: 'true' }
  expect(readConfig(allowed).console.provider?.allowPrivate).toBe(true)
  expect(() => readConfig({ ...allowed, LIVEFACE_PRODUCTION: 'true' })).toThrow(/must begin with https/)
  expect(() => readConfig({ LIVEFACE_OIDC_ISSUER: given.LIVEFACE_OIDC_ISSUER })).toThrow(
    'LIVEFACE_OIDC_ISSUER needs LIVEFACE_OIDC_CLIENT_ID and LIVEFACE_OIDC_ROLES.',
  )
})
