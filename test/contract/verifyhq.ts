import { listEnvelope } from '../../src/dialects/verifyhq/client-switches.ts'
import { EngineError } from '../../src/engine/errors.ts'
import { type Act, actedPhoto, analyseAct } from '../support/acted-photo.ts'
import { stubEngine } from '../support/stub-engine.ts'
import { noPicture } from './pictures.ts'
import type { Contract } from './stand.ts'

const base = '/v1/verifications/liveness'

export const verifyhq: Contract = async (transcript) => {
  let thrown: Error | null = null
  const engine = stubEngine({
    analyse(picture) {
      const error = thrown
      thrown = null
      if (error) throw error
      return analyseAct(picture)
    },
  })
  const stand = await transcript.stand(engine, { LIVEFACE_ADMIN_SECRET: 'a secret of the operator' })
  const { id, headers } = await stand.client({ balance: 20 })
  let count = 0

  const post = (title: string, path: string, body?: unknown, sent = headers) =>
    stand.call(title, 'POST', path, { headers: sent, body })
  const get = (title: string, path: string, sent = headers) =>
    stand.call(title, 'GET', path, { headers: sent })
  const open = async (title: string, more: object = {}) =>
    (await post(title, `${base}/session`, { userId: 'user_1', ...more })).json
  /** Of one person, and each time another picture. */
  const photo = (act: Act = {}) => actedPhoto({ salt: String(++count), ...act })
  type Opened = { sessionToken: string; challenges: { id: string; type: NonNullable<Act['gesture']> }[] }
  const submit = (title: string, { sessionToken, challenges }: Opened, index: number, act: Act = {}) => {
    const { id: challengeId, type } = challenges[index]!
    const parts = { sessionToken, challengeId, photo: photo({ gesture: type, ...act }) }
    return stand.call(title, 'POST', `${base}/challenge`, { headers, parts })
  }
  const selfie = (title: string, sessionToken: string, picture: Buffer) =>
    stand.call(title, 'POST', `${base}/reference-selfie`, {
      headers,
      parts: { sessionToken, selfie: picture },
    })

  const hook = {
    clientId: `client_${id.replaceAll('-', '')}`,
    callbackUrl: stand.receiver.url,
    events: ['liveness.passed', 'liveness.failed'],
  }
  const configured = await post('a webhook', '/v1/webhooks/configure', hook)
  await post('the webhook again', '/v1/webhooks/configure', hook)
  await post('a webhook of another client', '/v1/webhooks/configure', {
    ...hook,
    clientId: 'client_00000000000040008000000000000000',
  })
  await post('a webhook without HTTPS', '/v1/webhooks/configure', {
    ...hook,
    callbackUrl: 'ftp://example.com',
  })
  await post('a webhook without events', '/v1/webhooks/configure', { ...hook, events: [] })
  await get('the webhooks', `/v1/webhooks/client/${hook.clientId}`)

  const passed: Opened = await open('a session')
  await get('a session without photos', `${base}/${passed.sessionToken}`)
  await selfie('a reference selfie', passed.sessionToken, photo())
  await submit('the first photo', passed, 0)
  await submit('the first photo again', passed, 0)
  await submit('the last photo', passed, 1)
  await stand.webhook('liveness.passed')
  await submit('a photo after the verdict', passed, 1)
  await selfie('a selfie after the verdict', passed.sessionToken, photo())
  await get('a completed session by its token', `${base}/${passed.sessionToken}`)

  for (const [title, act] of [
    ['a spoof', { liveness: 0.05 }],
    ['another person', { person: 1 }],
    ['no face', { faces: 0 }],
    ['two faces', { faces: 2 }],
    ['the wrong gesture', { gesture: 'LOOK_UP' }],
  ] as const) {
    const session = await open(`a session with ${title}`)
    await submit(`${title}, first photo`, session, 0)
    await submit(`${title}, last photo`, session, 1, act)
    await stand.webhook(`liveness.failed: ${title}`)
  }
  const copied = actedPhoto({ gesture: passed.challenges[0]!.type, salt: 'a copy' })
  for (const title of ['a picture', 'the same picture again']) {
    const session = await open(`a session with ${title}`)
    const { sessionToken, challenges } = session
    await stand.call(title, 'POST', `${base}/challenge`, {
      headers,
      parts: { sessionToken, challengeId: challenges[0].id, photo: copied },
    })
    await submit(`${title}, last photo`, session, 1)
    await stand.webhook(title)
  }

  const session: Opened = await open('a session for errors', { userId: 'user_2', mirrored: true })
  const { sessionToken, challenges } = session
  await submit('a damaged photo', session, 0, { broken: true })
  thrown = new EngineError('engine_busy')
  await submit('a busy engine', session, 0)
  thrown = new EngineError('engine_crashed')
  await submit('a crashed worker', session, 0)
  thrown = new Error('A fault that nobody foresaw.')
  await submit('an unforeseen fault', session, 0)
  await selfie('a damaged selfie', sessionToken, photo({ broken: true }))
  await submit('a good photo after all', session, 0)
  const form = (title: string, parts: Record<string, string | Buffer>) =>
    stand.call(title, 'POST', `${base}/challenge`, { headers, parts })
  await form('no fields', { photo: photo() })
  await form('no photo', { sessionToken, challengeId: challenges[1]!.id })
  await form('no picture', { sessionToken, challengeId: challenges[1]!.id, photo: noPicture })
  const large = Buffer.alloc(10 * 1024 * 1024 + 1)
  photo().copy(large)
  await form('a large photo', { sessionToken, challengeId: challenges[1]!.id, photo: large })
  await form('an unknown challenge', { sessionToken, challengeId: 'ch_0', photo: photo() })
  await form('an unknown session', { sessionToken: 'ses_0', challengeId: 'ch_0', photo: photo() })
  await stand.call('no selfie', 'POST', `${base}/reference-selfie`, { headers, parts: { sessionToken } })
  await selfie('a selfie for an unknown session', 'ses_0', photo())
  await post('a form that is none', `${base}/challenge`, { sessionToken })
  await post('no JSON', `${base}/session`, '{', { ...headers, 'content-type': 'application/json' })
  await post('no user', `${base}/session`, {})
  await post('a body that is too large', `${base}/session`, { userId: 'u'.repeat(65 * 1024) })

  const late: Opened = await open('a session that runs out')
  await stand.server.database
    .updateTable('challenge_sessions')
    .set({ expires_at: 1 })
    .where('token', '=', late.sessionToken)
    .execute()
  await submit('a photo for a session that is over', late, 0)
  await selfie('a selfie for a session that is over', late.sessionToken, photo())
  await get('the session that is over', `${base}/${late.sessionToken}`)
  await post('a link to a session that is over', `${base}/capture-link`, { sessionToken: late.sessionToken })
  await post('a capture link', `${base}/capture-link`, { sessionToken })
  await post('a link to a completed session', `${base}/capture-link`, { sessionToken: passed.sessionToken })
  await post('a link to an unknown session', `${base}/capture-link`, { sessionToken: 'ses_0' })

  await get('the checks of a user', `${base}/user/user_1?limit=2&page=2`)
  await get('a page that is none', `${base}/user/user_1?page=x`)
  await get('an unknown check', `${base}/nothing`)
  const stranger = await stand.client()
  await get("another client's check", `${base}/${passed.sessionToken}`, stranger.headers)
  const envelope = await stand.client({ settings: listEnvelope.set(true) })
  await get('a list in an envelope', `${base}/user/user_1`, envelope.headers)

  const user = { userId: 'u' }
  const poor = await stand.client({ balance: 0 })
  await post('no prepaid check left', `${base}/session`, user, poor.headers)
  await post('no key', `${base}/session`, user, {})
  await post('a wrong key', `${base}/session`, user, { 'x-api-key': `vhq_live_${'0'.repeat(48)}` })
  const reader = await stand.client({ settings: { permissions: ['liveness:read'] } })
  await post('a key that may not write', `${base}/session`, user, reader.headers)
  const elsewhere = await stand.client({ settings: { ipAllowList: ['203.0.113.1'] } })
  await post('an address that is not allowed', `${base}/session`, user, elsewhere.headers)
  const slow = await stand.client({ settings: { ratePerMinute: 1 } })
  await get('one request a minute', `${base}/nothing`, slow.headers)
  await get('a second one', `${base}/nothing`, slow.headers)
  await get('an unknown route', `${base}/nothing/at/all`)
  await stand.call('a deleted webhook', 'DELETE', `/v1/webhooks/${configured.json.id}`, { headers })
  await stand.call('an unknown webhook', 'DELETE', '/v1/webhooks/wh_0', { headers })
  await post('without the version', '/verifications/liveness/session', { userId: 'user_3' })

  const admin = { 'x-admin-secret': 'a secret of the operator' }
  await post('a new client', '/v1/admin/api-clients', { name: 'new' }, admin)
  await post('a new client without a name', '/v1/admin/api-clients', {}, admin)
  await post('a wrong admin secret', '/v1/admin/api-clients', { name: 'new' }, { 'x-admin-secret': 'x' })

  const keeping = await transcript.stand(engine, { LIVEFACE_EVIDENCE: 'true' })
  const keeper = await keeping.client()
  const kept: Opened = (
    await keeping.call('a session whose pictures are kept', 'POST', `${base}/session`, {
      headers: keeper.headers,
      body: user,
    })
  ).json
  await keeping.call('a photo that is kept', 'POST', `${base}/challenge`, {
    headers: keeper.headers,
    parts: {
      sessionToken: kept.sessionToken,
      challengeId: kept.challenges[0]!.id,
      photo: photo({ gesture: kept.challenges[0]!.type }),
    },
  })
  await keeping.call('a session with a kept photo', 'GET', `${base}/${kept.sessionToken}`, {
    headers: keeper.headers,
  })
}
