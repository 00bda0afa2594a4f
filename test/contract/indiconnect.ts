import { pictureOf, type Scene, sceneEngine } from './pictures.ts'
import type { Contract } from './stand.ts'

const selection = `{ ok message status result { __typename
  ... on LivenessDetectionResult { status_code request_id case_id is_live liveness_score review_needed multiple_faces_detected }
  ... on FaceMatchResult { match match_score confidence review_needed }
} error { status message decryptedError raw } }`

export const indiconnect: Contract = async (transcript) => {
  const stand = await transcript.stand(sceneEngine(), { LIVEFACE_FETCH_TIMEOUT_MS: '4000' })
  const { headers } = await stand.client({ balance: 100 })
  let count = 0
  const path = '/idverifygr/verification'

  /** The address of a picture. */
  function serve(scene: Scene): string {
    const name = `/${++count}.jpg`
    stand.served.set(name, pictureOf(scene))
    return stand.pictures.url + name
  }
  const verify = (title: string, input: Record<string, string>, sent = headers) =>
    stand.call(title, 'POST', path, {
      headers: sent,
      body: {
        query: `mutation($input: VerifyInput!) { verify(input: $input) ${selection} }`,
        variables: { input },
      },
    })
  const live = (title: string, scene: Scene = {}, sent = headers) =>
    verify(`liveness, ${title}`, { documentType: 'Face Liveness Passive', url: serve(scene) }, sent)
  const match = (title: string, first: Scene = {}, second: Scene = {}) =>
    verify(`match, ${title}`, { documentType: 'Face Match', url1: serve(first), url2: serve(second) })

  await live('a live person')
  await live('a spoof', { score: 0.0312 })
  await live('a score near the threshold', { score: 0.52 })
  await live('no face', { faces: 0 })
  await live('two faces', { faces: 2 })
  for (const reason of ['too_dark', 'extreme_pose', 'face_too_small', 'face_cut_off'] as const) {
    await live(`not judged: ${reason}`, { subject: { liveness: { judged: false, reason, cues: [] } } })
  }
  await match('one person')
  await match('two people', { similarity: 0.31 })
  await match('a similarity near the threshold', { similarity: 0.76 })
  await match('two faces', { faces: 2 })
  await match('no first face', { similarity: null, faces: 0 })
  await match('no second face', { similarity: null }, { faces: 0 })

  await live('a damaged picture', { throws: 'picture_damaged' })
  await live('too many pixels', { throws: 'picture_too_many_pixels' })
  await live('a busy engine', { throws: 'engine_busy' })
  await live('a crashed worker', { throws: 'engine_crashed' })
  await live('an unforeseen fault', { throws: 'something else' })
  await match('a damaged second picture', {}, { throws: 'picture_damaged' })
  await match('a busy engine', { throws: 'engine_busy' })
  await match('an unforeseen fault', { throws: 'something else' })
  const passive = 'Face Liveness Passive'
  await verify('a picture that is not there', { documentType: passive, url: `${stand.pictures.url}/none` })
  await verify('an address that is none', { documentType: passive, url: 'not an address' })
  await verify('a port that is closed', { documentType: passive, url: 'http://127.0.0.1:1/x.jpg' })
  await verify('a match of which one picture is not there', {
    documentType: 'Face Match',
    url1: serve({}),
    url2: `${stand.pictures.url}/none`,
  })

  await verify('no document type', { documentType: ' ' })
  await verify('an unknown document type', { documentType: 'Passport' })
  await verify('no url', { documentType: passive })
  await verify('no url2', { documentType: 'face match', url1: serve({}) })

  const { headers: poor } = await stand.client({ balance: 1 })
  await live('a picture that costs nothing', { throws: 'picture_damaged' }, poor)
  await live('the last prepaid check', {}, poor)
  await live('no prepaid check left', {}, poor)

  const raw = (title: string, body: unknown, sent: Record<string, string> = headers) =>
    stand.call(title, 'POST', path, { headers: sent, body })
  await raw('no JSON', '{')
  await raw('no query', {})
  await raw('a batch', [{ query: '{ __typename }' }])
  await raw('variables that are none', { query: '{ __typename }', variables: 7 })
  await raw('no GraphQL', { query: 'mutation {' })
  await raw('an unknown field', { query: 'mutation { verify(input: {documentType: "x"}) { okay } }' })
  await raw('a wrong variable', {
    query: `mutation($input: VerifyInput!) { verify(input: $input) { ok } }`,
    variables: { input: { documentType: 7 } },
  })
  await raw('too large', ' '.repeat(65 * 1024))
  await raw('no keys', { query: '{ __typename }' }, {})
  await raw('wrong keys', { query: '{ __typename }' }, { ...headers, 'service-key': 'sk_live_0' })
  await stand.call('another method', 'GET', path, { headers })
  await stand.call('an unknown route', 'POST', '/idverifygr/nothing', { headers })
  const elsewhere = await stand.client({ settings: { ipAllowList: ['203.0.113.1'] } })
  await live('an address that is not allowed', {}, elsewhere.headers)
  const slow = await stand.client({ settings: { ratePerMinute: 1 } })
  await live('one request a minute', {}, slow.headers)
  await live('a second one', {}, slow.headers)
  const sandbox = await stand.client({ environment: 'sandbox' })
  await live('a sandbox client', {}, sandbox.headers)
}
