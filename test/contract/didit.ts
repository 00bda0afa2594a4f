import { diditManagement } from './didit-management.ts'
import { noPicture, pictureOf, type Scene, sceneEngine } from './pictures.ts'
import type { Contract, Stand } from './stand.ts'

export const didit: Contract = async (transcript) => {
  const stand = await transcript.stand(sceneEngine())
  const { headers } = await stand.client({ balance: 100 })
  await standalone(stand, headers)
  await diditManagement(stand, headers)
  await refusals(stand, headers)

  const newer = await transcript.stand(sceneEngine(), { LIVEFACE_DIDIT_STATUS_CODES: '401' })
  const image = { user_image: pictureOf() }
  await newer.call('the newer wrong key', 'POST', '/v3/passive-liveness/', {
    headers: { 'x-api-key': 'x' },
    parts: image,
  })
  const poor = await newer.client({ balance: 0 })
  await newer.call('the newer empty balance', 'POST', '/v3/passive-liveness/', {
    headers: poor.headers,
    parts: image,
  })
}

async function standalone(stand: Stand, headers: Record<string, string>): Promise<void> {
  const call = (title: string, path: string, scene: Scene = {}, more: Record<string, string | Buffer> = {}) =>
    stand.call(title, 'POST', `/v3/${path}/`, { headers, parts: { user_image: pictureOf(scene), ...more } })
  const live = (title: string, scene?: Scene, more?: Record<string, string>) =>
    call(`liveness, ${title}`, 'passive-liveness', scene, more)
  const unsaved = { save_api_request: 'false' }

  const metadata = '{"10":"ten","9":1.0,"big":123456789012345678901}'
  await live('a live person', {}, { vendor_data: 'person-0', metadata })
  await live('the same person', {}, { vendor_data: 'person-0' })
  await live('the same face by another name', {}, { vendor_data: 'person-1' })
  await live('a face that is perhaps the same', { alike: 0.9 }, { vendor_data: 'person-2' })
  await live('another person', { person: 5, score: 0.7 })
  await live('a spoof', { person: 6, score: 0.0312 })
  await live(
    'a low score and a low threshold',
    { person: 7, score: 0.2 },
    { face_liveness_score_decline_threshold: '15' },
  )
  await live('no face', { faces: 0 })
  await live('two faces', { faces: 2, person: 8 })
  await live('a face that cannot be judged', {
    person: 9,
    subject: { liveness: { judged: false, reason: 'too_dark', cues: [] } },
  })
  await live('nothing is kept', { person: 10 }, unsaved)
  await live('nothing is kept of a known face', {}, unsaved)

  const age = (title: string, scene?: Scene, more?: Record<string, string>) =>
    call(`age, ${title}`, 'age-estimation', scene, more)
  await age('an adult', { person: 11 })
  await age('a minor', { years: 15.2 })
  await age('no face', { faces: 0 })
  await age('nothing is kept', {}, unsaved)

  const ref = (scene: Scene = {}) => ({ ref_image: pictureOf(scene, 'png') })
  await call('match, one person', 'face-match', {}, ref())
  await call('match, two people', 'face-match', { similarity: 0.21 }, ref())
  await call('match, no face', 'face-match', { similarity: null, faces: 0 }, ref())
  await call('match, nothing is kept', 'face-match', {}, { ...ref(), ...unsaved })
  await call(
    'match, nothing is kept and no face',
    'face-match',
    { similarity: null },
    { ...ref(), ...unsaved },
  )

  await call('search, a known face', 'face-search')
  await call('search, an unknown face', 'face-search', { person: 12 })
  await call('search, listed or approved', 'face-search', {}, { search_type: 'blocklisted_or_approved' })
  await call('search, no face', 'face-search', { faces: 0 })
  await call('search, nothing is kept', 'face-search', {}, unsaved)

  for (const throws of [
    'picture_damaged',
    'picture_too_many_pixels',
    'engine_busy',
    'engine_crashed',
    'something else',
  ] as const) {
    await live(throws, { throws })
    await live(`${throws}, nothing is kept`, { throws }, unsaved)
  }
  await call('match, a damaged reference', 'face-match', {}, ref({ throws: 'picture_damaged' }))
  await call('match, a damaged picture', 'face-match', { throws: 'picture_damaged' }, ref())
  await call('liveness, no picture', 'passive-liveness', {}, { user_image: noPicture })

  const poor = await stand.client({ balance: 2 })
  const image = (scene: Scene = {}) => ({ headers: poor.headers, parts: { user_image: pictureOf(scene) } })
  await stand.call(
    'a failure costs nothing',
    'POST',
    '/v3/passive-liveness/',
    image({ throws: 'picture_damaged' }),
  )
  await stand.call('a search without a face', 'POST', '/v3/face-search/', image({ faces: 0 }))
  await stand.call('a saved call', 'POST', '/v3/passive-liveness/', image())
  const last = { headers: poor.headers, parts: { user_image: pictureOf(), ...unsaved } }
  await stand.call('the last prepaid call, unsaved', 'POST', '/v3/passive-liveness/', last)
  await stand.call('no credits left', 'POST', '/v3/passive-liveness/', image())
  await stand.call('no credits are known before the picture', 'POST', '/v3/passive-liveness/', {
    headers: poor.headers,
    parts: { user_image: noPicture },
  })

  const sandbox = await stand.client({ environment: 'sandbox', balance: 1 })
  for (const path of ['passive-liveness', 'age-estimation', 'face-match', 'face-search']) {
    await stand.call(`sandbox, ${path}`, 'POST', `/v3/${path}/`, {
      headers: sandbox.headers,
      parts: { user_image: noPicture, ref_image: noPicture, vendor_data: 'a', metadata: '{"a":1}' },
    })
  }
  await stand.call('sandbox, no picture', 'POST', '/v3/passive-liveness/', {
    headers: sandbox.headers,
    parts: { vendor_data: 'a' },
  })
}

async function refusals(stand: Stand, headers: Record<string, string>): Promise<void> {
  const path = '/v3/passive-liveness/'
  const post = (
    title: string,
    parts: Record<string, string | Buffer | { bytes: Buffer; filename: string }>,
    sent = headers,
  ) => stand.call(title, 'POST', path, { headers: sent, parts })
  const image = { user_image: pictureOf() }
  await post('no fields', { nothing: '' })
  await post('every field wrong', {
    user_image: { bytes: pictureOf(), filename: 'a.gif' },
    face_liveness_score_decline_threshold: '101',
    rotate_image: 'perhaps',
    save_api_request: 'perhaps',
    metadata: '[1]',
  })
  await post('a picture as text', { user_image: 'x' })
  await post('an empty picture', { user_image: Buffer.alloc(0) })
  const large = Buffer.alloc(5 * 1024 * 1024 + 1)
  pictureOf().copy(large)
  await post('a large picture', { user_image: large })
  await post('metadata that is no JSON', { ...image, metadata: '{' })
  await stand.call('an age that is none', 'POST', '/v3/age-estimation/', {
    headers,
    parts: { ...image, age_estimation_decline_threshold: 'old' },
  })
  await stand.call('a search type that is none', 'POST', '/v3/face-search/', {
    headers,
    parts: { ...image, search_type: 'all' },
  })
  await stand.call('no reference', 'POST', '/v3/face-match/', { headers, parts: image })
  await stand.call('a JSON body', 'POST', path, { headers, body: {} })
  await stand.call('a form without a boundary', 'POST', path, {
    headers: { ...headers, 'content-type': 'multipart/form-data' },
    body: 'x',
  })
  await post('no key', image, {})
  await post('a wrong key', image, { 'x-api-key': 'x' })
  const elsewhere = await stand.client({ settings: { ipAllowList: ['203.0.113.1'] } })
  await post('an address that is not allowed', image, elsewhere.headers)
  const slow = await stand.client({ settings: { ratePerMinute: 1 } })
  await post('one request a minute', image, slow.headers)
  await post('a second one', image, slow.headers)
  await stand.call('one read a minute', 'GET', '/v3/sessions/', { headers: slow.headers })
  await stand.call('a second read', 'GET', '/v3/sessions/', { headers: slow.headers })
  await stand.call('another method', 'GET', path, { headers })
  await stand.call('no slash', 'POST', '/v3/passive-liveness?a=1', { headers })
  await stand.call('no slash, reading', 'GET', '/v3/sessions', { headers })
  await stand.call('an unknown route', 'GET', '/v3/nothing/', { headers })
}
