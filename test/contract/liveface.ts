import { noPicture, pictureOf, type Scene, sceneEngine } from './pictures.ts'
import type { Contract } from './stand.ts'

const megabyte = 1024 * 1024
const base = '/api/v1'

export const liveface: Contract = async (transcript) => {
  const stand = await transcript.stand(sceneEngine(), { LIVEFACE_ENVIRONMENT: 'any' })
  const { headers } = await stand.client({ balance: 100 })
  type Sent = NonNullable<Parameters<typeof stand.call>[3]>
  const post = (title: string, call: string, sent: Sent = {}) =>
    stand.call(`${call}, ${title}`, 'POST', `${base}/${call}`, { headers, ...sent })
  const get = (title: string, path: string, sent = headers) =>
    stand.call(title, 'GET', `${base}${path}`, { headers: sent })
  const live = (title: string, scene: Scene = {}, more: Record<string, string> = {}) =>
    post(title, 'liveness', { parts: { picture: pictureOf(scene), ...more } })
  const match = (title: string, scene: Scene = {}, second: Scene = {}) =>
    post(title, 'match', { parts: { picture: pictureOf(scene), reference: pictureOf(second, 'png') } })
  const age = (title: string, scene: Scene = {}, more: Record<string, string> = {}) =>
    post(title, 'age', { parts: { picture: pictureOf(scene), ...more } })
  const quality = (title: string, scene: Scene = {}) =>
    post(title, 'quality', { parts: { picture: pictureOf(scene) } })

  const first = await live('a living person', {}, { person: 'person-1' })
  await live('a spoof', { score: 0.0312 })
  await live('near the threshold', { score: 0.52 })
  await live('no face', { faces: 0 })
  await live('two faces', { faces: 2 })
  await live('a face that cannot be judged', {
    subject: { liveness: { judged: false, reason: 'too_dark', cues: [] } },
  })
  const inJson = { picture: pictureOf().toString('base64'), person: 'person-1' }
  await post('in JSON', 'liveness', { body: inJson })

  await match('one person')
  await match('two people', { similarity: 0.31 })
  await match('near the threshold', { similarity: 0.74 })
  await match('young people', { years: 15, similarity: 0.99 }, { years: 15 })
  await match('no face', { similarity: null, faces: 0 })
  await match('no face in the reference', { similarity: null }, { faces: 0 })
  await match('two faces', { faces: 2 })
  await match('two faces in the reference', {}, { faces: 2 })

  await age('reached', { years: 33 })
  await age('uncertain', { years: 19 })
  await age('not reached', { years: 12 })
  await age('another age', { years: 33 }, { minimum_age: '40' })
  await age('no face', { faces: 0 })
  await age('two faces', { faces: 2 })

  await quality('good')
  await quality('no face', { faces: 0 })

  await get('the checks', '/checks?limit=2')
  const page = await get('the checks of a person', '/checks?person=person-1&limit=1')
  await get('the next page', `/checks?person=person-1&limit=1&cursor=${page.json.next_cursor}`)
  await get('the failed matches', '/checks?type=match&verdict=fail&limit=1')
  await get('a check', `/checks/${first.json.id}`)
  await stand.call('a check is erased', 'DELETE', `${base}/checks/${first.json.id}`, { headers })
  await get('an erased check', `/checks/${first.json.id}`)
  await stand.call('an erased check is erased', 'DELETE', `${base}/checks/${first.json.id}`, { headers })

  await live('a damaged picture', { throws: 'picture_damaged' })
  await live('too many pixels', { throws: 'picture_too_many_pixels' })
  await live('a busy engine', { throws: 'engine_busy' })
  await live('a crashed worker', { throws: 'engine_crashed' })
  await live('an unforeseen fault', { throws: 'something else' })
  await match('a damaged reference', {}, { throws: 'picture_damaged' })

  await post('no body', 'liveness')
  await post('text', 'liveness', { headers: { ...headers, 'content-type': 'text/plain' }, body: 'x' })
  await post('no JSON', 'liveness', {
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{',
  })
  await post('a list', 'liveness', { body: [] })
  await post('no picture', 'liveness', { body: {} })
  await post('a picture that is no base64', 'liveness', { body: { picture: 'a b!' } })
  await post('a picture that is none', 'liveness', { parts: { picture: noPicture } })
  await post('wrong and unknown fields', 'age', {
    parts: {
      picture: pictureOf(),
      minimum_age: 'old',
      person: 'x'.repeat(201),
      selfie: pictureOf(),
      note: 'x',
    },
  })
  const large = Buffer.alloc(10 * megabyte + 1)
  pictureOf().copy(large)
  await post('a large picture', 'liveness', { parts: { picture: large } })
  await get('a wrong query', '/checks?limit=0&verdict=maybe&page=2')
  await get('a wrong cursor', '/checks?cursor=x')
  await get('an unknown path', '/nothing')

  const once = { ...headers, 'idempotency-key': 'key-1' }
  await post('a key for the first time', 'quality', { headers: once, parts: { picture: pictureOf() } })
  await post('the key again', 'quality', { headers: once, parts: { picture: pictureOf() } })
  await post('the key with another picture', 'quality', {
    headers: once,
    parts: { picture: pictureOf({ score: 1 }) },
  })
  const bad = { ...headers, 'idempotency-key': 'a key' }
  await post('a key that is none', 'quality', { headers: bad, parts: { picture: pictureOf() } })

  const hook = { url: stand.receiver.url, events: ['check.completed', 'session.completed'] }
  const webhook = await post('for both events', 'webhooks', { body: hook })
  await get('the webhooks', '/webhooks')
  await live('a check that is told')
  await stand.webhook('check.completed')
  await stand.call('a webhook is deleted', 'DELETE', `${base}/webhooks/${webhook.json.id}`, { headers })
  const session = await post('for a person', 'sessions', { body: { person: 'person-2' } })
  await get('a session', `/sessions/${session.json.id}`)
  await stand.call('a session is erased', 'DELETE', `${base}/sessions/${session.json.id}`, { headers })
  await get('an erased session', `/sessions/${session.json.id}`)

  const enrol = (title: string, scene: Scene, more: Record<string, string> = {}) =>
    post(title, 'people', { parts: { picture: pictureOf(scene), person: 'person-3', ...more } })
  const patch = (title: string, body: object) =>
    stand.call(title, 'PATCH', `${base}/people/person-3`, { headers, body })
  await enrol('a face', { person: 3 }, { consent: 'form-7' })
  await enrol('a blurred face', { subject: { quality: { faults: ['blurred'], score: 20 } as never } })
  await enrol('a face of somebody else', { person: 4 })
  await enrol('a face that is known', { person: 3 }, { person: 'person-4' })
  await post('a known face', 'people/search', { parts: { picture: pictureOf({ person: 3 }) } })
  await get('the people', '/people?limit=1')
  await patch('a person is blocked', { list: 'block', note: 'forged' })
  await get('the blocked people', '/people?list=block')
  await enrol('a blocked face', { person: 3 }, { person: 'person-5' })
  await stand.call('a person is erased', 'DELETE', `${base}/people/person-3`, { headers })
  await get('an erased person', '/people/person-3')

  const { headers: poor } = await stand.client({ balance: 1 })
  await post('the last prepaid check', 'quality', { headers: poor, parts: { picture: pictureOf() } })
  await post('no prepaid check left', 'quality', { headers: poor, parts: { picture: pictureOf() } })
  await get('no key', '/checks', {})
  await get('another scheme', '/checks', { authorization: 'Basic eDp5' })
  await get('a wrong key', '/checks', { authorization: `Bearer lf_live_${'0'.repeat(48)}` })
  const elsewhere = await stand.client({ settings: { ipAllowList: ['203.0.113.1'] } })
  await get('an address that is not allowed', '/checks', elsewhere.headers)
  const slow = await stand.client({ settings: { ratePerMinute: 1 } })
  await get('one request a minute', '/checks', slow.headers)
  await get('a second one', '/checks', slow.headers)
  const sandbox = await stand.client({ environment: 'sandbox' })
  await post('a sandbox key', 'liveness', { headers: sandbox.headers, parts: { picture: pictureOf() } })
}
