import { describe, expect, it } from 'vitest'
import { createConsoleApi, withQuery } from './client.ts'

/** Stands for the server: answers one after the other, and keeps what it was asked. */
function serverOf(...answers: Response[]) {
  const asked: { path: string; method: string; headers: Headers; body: unknown }[] = []
  const request = async (path: RequestInfo | URL, init: RequestInit = {}) => {
    asked.push({
      path: String(path),
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: init.body,
    })
    const answer = answers.shift()
    if (!answer) throw new TypeError('Failed to fetch')
    return answer
  }
  return { asked, request: request as typeof fetch }
}

const problem = (status: number, code: string, headers = {}) => Response.json({ code }, { status, headers })

function apiOver(answers: Response[], confirm = true) {
  const { asked, request } = serverOf(...answers)
  const happened: string[] = []
  const api = createConsoleApi(
    {
      onSignedOut: () => happened.push('signed out'),
      onConfirm: async () => {
        happened.push('confirm')
        return confirm
      },
    },
    request,
  )
  return { api, asked, happened }
}

describe("the console's API", () => {
  it('sends with each change the token of the last session it was given', async () => {
    const { api, asked } = apiOver([
      Response.json({ csrfToken: 'first' }),
      new Response(null, { status: 204 }),
    ])
    await api.get('/session')
    await api.send('DELETE', '/session')
    expect(asked[0]?.headers.has('x-csrf-token')).toBe(false)
    expect(asked[1]).toMatchObject({ path: '/console/api/session', method: 'DELETE' })
    expect(asked[1]?.headers.get('x-csrf-token')).toBe('first')
  })

  it('asks for the password once, and sends the same again', async () => {
    const { api, asked, happened } = apiOver([problem(403, 'confirm_required'), Response.json({ id: 1 })])
    expect(await api.send('POST', '/keys', { client: 'c' })).toEqual({ id: 1 })
    expect(happened).toEqual(['confirm'])
    expect(asked.map(({ body }) => body)).toEqual(['{"client":"c"}', '{"client":"c"}'])
  })

  it('does not send again what was not confirmed, or is still refused', async () => {
    const refused = apiOver([problem(403, 'confirm_required')], false)
    await expect(refused.api.send('POST', '/keys')).rejects.toMatchObject({ code: 'confirm_required' })
    expect(refused.asked).toHaveLength(1)
    const twice = apiOver([problem(403, 'confirm_required'), problem(403, 'confirm_required')])
    await expect(twice.api.send('POST', '/keys')).rejects.toMatchObject({ code: 'confirm_required' })
    expect(twice.happened).toEqual(['confirm'])
  })

  it('says that the session is over', async () => {
    const { api, happened } = apiOver([problem(401, 'signed_out'), problem(401, 'invalid_credentials')])
    await expect(api.get('/cases')).rejects.toMatchObject({ code: 'signed_out', status: 401 })
    await expect(api.send('POST', '/session')).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(happened).toEqual(['signed out'])
  })

  it('names the version that it changes', async () => {
    const { api, asked } = apiOver([Response.json({}, { headers: { etag: '"7"' } }), problem(412, 'changed')])
    const { version } = await api.getVersioned('/cases/a')
    await expect(api.send('POST', '/cases/a/decision', {}, version)).rejects.toMatchObject({
      code: 'changed',
    })
    expect(asked[1]?.headers.get('if-match')).toBe('"7"')
  })

  it('tells a server that is away from one that is busy or broken', async () => {
    const { api } = apiOver([
      problem(429, 'slow_down', { 'retry-after': '7' }),
      new Response('<html>', { status: 502 }),
    ])
    await expect(api.get('/a')).rejects.toMatchObject({ code: 'slow_down', retryAfter: 7 })
    await expect(api.get('/a')).rejects.toMatchObject({ code: 'internal', status: 502 })
    await expect(api.get('/a')).rejects.toMatchObject({ code: 'network', status: 0 })
  })

  it('leaves out of a query what is not asked for', () => {
    expect(withQuery('/a', { b: 'c d', e: null, f: undefined, g: '' })).toBe('/a?b=c+d')
    expect(withQuery('/a', {})).toBe('/a')
  })
})
