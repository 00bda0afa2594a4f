import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../../webhooks/types.ts'
import { toPythonJson } from '../python-json.ts'
import { webhookFormat } from './format.ts'

interface Vector {
  body: string
  signature: string
  v2: string
  simple: string
}

const vectors: { secret: string; cases: Record<string, Vector> } = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/didit-webhook-vectors.json', import.meta.url), 'utf8'),
)
const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

function attemptOf(body: string, previous: string | null = null): Attempt {
  const { event_id, webhook_type, created_at, timestamp, ...payload } = JSON.parse(body)
  return {
    event: {
      id: event_id,
      clientId: 'client',
      dialect: 'didit',
      type: webhook_type,
      payload,
      createdAt: created_at * 1000 + 250,
    },
    destination: {
      id: 'destination',
      clientId: 'client',
      dialect: 'didit',
      label: '',
      url: 'https://example.com',
      events: ['status.updated'],
      version: 'v3',
      enabled: true,
      createdAt: 0,
      updatedAt: 0,
    },
    secrets: { current: vectors.secret, previous, previousUntil: previous ? 1 : null },
    now: timestamp * 1000 + 900,
  }
}

describe.each(Object.entries(vectors.cases))('bodies and signatures made by Python: %s', (_name, vector) => {
  const { body, headers } = webhookFormat.message(attemptOf(vector.body))

  it('has the same body, byte for byte', () => expect(body).toBe(vector.body))
  it('has the same three signatures and the time', () => {
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'DiditWebhook/2.0 +https://didit.me',
      'X-Timestamp': String(JSON.parse(vector.body).timestamp),
      'X-Signature': vector.signature,
      'X-Signature-V2': vector.v2,
      'X-Signature-Simple': vector.simple,
    })
  })
})

describe('the format', () => {
  const plain = vectors.cases.plain as Vector

  it('signs with both secrets after a rotation', () => {
    const { headers } = webhookFormat.message(attemptOf(plain.body, 'the secret before'))
    expect(headers['X-Signature']).toBe(plain.signature)
    expect(headers['X-Signature-Previous']).toBe(hmac('the secret before', plain.body))
    expect(headers['X-Signature-V2-Previous']).toBe(hmac('the secret before', plain.body))
    expect(headers['X-Signature-Simple-Previous']).toBe(
      hmac('the secret before', `1700000007:5d2b1f3e-7a64-4e0b-8a43-0f9f3e2d1c77:Approved:status.updated`),
    )
  })

  it('signs a new time at every attempt, in the body and in the header', () => {
    const attempt = attemptOf(plain.body)
    const later = webhookFormat.message({ ...attempt, now: attempt.now + 60_000 })
    expect(JSON.parse(String(later.body)).timestamp).toBe(1700000067)
    expect(JSON.parse(String(later.body)).created_at).toBe(1700000000)
    expect(later.headers['X-Timestamp']).toBe('1700000067')
    expect(later.headers['X-Signature']).not.toBe(plain.signature)
  })

  it('retries after one and after four minutes', () => {
    expect(webhookFormat.retryDelays).toEqual([60_000, 240_000])
  })

  it.each([
    [{ status: 500 }, true],
    [{ status: 503 }, true],
    [{ status: 404 }, true],
    [{ status: 400 }, false],
    [{ status: 401 }, false],
    [{ status: 410 }, false],
    [{ status: 301 }, false],
    [{ status: null, reason: 'timeout' }, true],
    [{ status: null, reason: 'network' }, true],
    [{ status: null, reason: 'refused_url' }, false],
  ] as const)('retries after %j: %s', (ending, retries) => {
    expect(webhookFormat.retries?.(ending)).toBe(retries)
  })
})

describe('toPythonJson', () => {
  it.each([
    ['half a surrogate pair', '\ud800x', '"\\ufffdx"'],
    ['the smallest number', 5e-324, '5e-324'],
    ['a whole number beyond 2^53', 123456789012345678n, '123456789012345678'],
    ['the last fixed fraction', 0.00012, '0.00012'],
    ['the first exponent', 0.000099, '9.9e-05'],
    ['undefined members', { a: undefined, b: 1 }, '{"b":1}'],
  ])('%s', (_name, value, text) => expect(toPythonJson(value, { ascii: true })).toBe(text))

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => toPythonJson(value, { ascii: true })).toThrow(RangeError)
  })
})
