import { generateKeyPairSync, publicEncrypt } from 'node:crypto'
import { simulator, strictMatchStatus } from '../../src/dialects/cashfree/client-switches.ts'
import { noPicture, pictureOf, type Scene, sceneEngine } from './pictures.ts'
import type { Contract } from './stand.ts'

const megabyte = 1024 * 1024

export const cashfree: Contract = async (transcript) => {
  const stand = await transcript.stand(sceneEngine(), { LIVEFACE_ENVIRONMENT: 'any' })
  const { headers } = await stand.client({ balance: 100 })
  let count = 0
  const id = () => `id-${++count}`
  const live = (title: string, scene: Scene = {}, sent = headers) =>
    stand.call(`face-liveness, ${title}`, 'POST', '/verification/face-liveness', {
      headers: sent,
      parts: { verification_id: id(), image: pictureOf(scene) },
    })
  const old = (title: string, scene: Scene = {}) =>
    stand.call(`liveliness, ${title}`, 'POST', '/verification/liveliness', {
      headers,
      parts: { verification_id: id(), image: pictureOf(scene) },
    })
  const match = (title: string, scene: Scene = {}, more: Record<string, string> = {}, second: Scene = {}) =>
    stand.call(`face-match, ${title}`, 'POST', '/verification/face-match', {
      headers,
      parts: {
        verification_id: id(),
        first_image: pictureOf(scene),
        second_image: pictureOf(second, 'png'),
        ...more,
      },
    })
  const send = (title: string, parts: Parameters<typeof stand.call>[3] = {}, path = 'face-liveness') =>
    stand.call(`${path}, ${title}`, 'POST', `/verification/${path}`, { headers, ...parts })

  for (const [name, call] of Object.entries({ live, old })) {
    await call('a live person')
    await call('a spoof', { score: 0.0312 })
    await call('no face', { faces: 0 })
    await call('two faces', { faces: 2 })
    await call('a face that cannot be judged', {
      subject: { liveness: { judged: false, reason: 'too_dark', cues: [] } },
    })
    if (name === 'old') continue
    await call('turned eyes and glasses', {
      subject: { pose: { yaw: 30, pitch: 0, roll: 0 }, headTurned: true },
    })
  }
  await match('one person')
  await match('two people', { similarity: 0.31 })
  await match('a threshold above the similarity', {}, { threshold: '0.95' })
  await match('no face', { similarity: null, faces: 0 })
  await match('two faces', { faces: 2 })

  await live('a damaged picture', { throws: 'picture_damaged' })
  await live('too many pixels', { throws: 'picture_too_many_pixels' })
  await live('a busy engine', { throws: 'engine_busy' })
  await live('an engine that stopped', { throws: 'engine_closed' })
  await live('a crashed worker', { throws: 'engine_crashed' })
  await live('an unforeseen fault', { throws: 'something else' })
  await old('a damaged picture', { throws: 'picture_damaged' })
  await old('an unforeseen fault', { throws: 'something else' })
  await match('a damaged second picture', {}, {}, { throws: 'picture_damaged' })
  await match('an unforeseen fault', { throws: 'something else' })
  await match('a busy engine', { throws: 'engine_busy' })

  await send('no form')
  await send('a JSON body', { body: { verification_id: 'a' } })
  await send('no verification_id', { parts: { image: pictureOf() } })
  await send('a bad verification_id', { parts: { verification_id: 'a b', image: pictureOf() } })
  await send('a long verification_id', { parts: { verification_id: 'a'.repeat(51), image: pictureOf() } })
  await send('no image', { parts: { verification_id: 'a' } })
  await send('no image', { parts: { verification_id: 'a' } }, 'liveliness')
  await send('no first image', { parts: { verification_id: 'a' } }, 'face-match')
  await send('no second image', { parts: { verification_id: 'a', first_image: pictureOf() } }, 'face-match')
  await send('no picture', { parts: { verification_id: 'a', image: noPicture } })
  const large = Buffer.alloc(10 * megabyte + 1)
  pictureOf().copy(large)
  await send('a large picture', { parts: { verification_id: 'a', image: large } })
  const pair = {
    verification_id: 'a',
    first_image: pictureOf(),
    second_image: large.subarray(0, 5 * megabyte + 1),
  }
  await send('a large second picture', { parts: pair }, 'face-match')
  await match('a threshold that is none', {}, { threshold: 'high' })

  const used = { verification_id: 'used-1', image: pictureOf() }
  await send('an id for the first time', { parts: used })
  await send('the id again', { parts: used })
  await send('the id with another endpoint', { parts: used }, 'liveliness')
  const freed = { verification_id: 'freed-1' }
  await send('an id whose picture is damaged', {
    parts: { ...freed, image: pictureOf({ throws: 'picture_damaged' }) },
  })
  await send('the id with a good picture', { parts: { ...freed, image: pictureOf() } })

  const { headers: poor } = await stand.client({ balance: 1 })
  await live('the last prepaid check', {}, poor)
  await live('no prepaid check left', {}, poor)
  await live('no prepaid check left and a damaged picture', { throws: 'picture_damaged' }, poor)

  await live('no client id', {}, {})
  await live('no client secret', {}, { 'x-client-id': 'x' })
  await live('a wrong secret', {}, { ...headers, 'x-client-secret': 'cfsk_ma_prod_0' })
  const elsewhere = await stand.client({ settings: { ipAllowList: ['203.0.113.1'] } })
  await live('an address that is not allowed', {}, elsewhere.headers)
  const slow = await stand.client({ settings: { ratePerMinute: 1 } })
  await live('one request a minute', {}, slow.headers)
  await live('a second one', {}, slow.headers)
  await stand.call('an unknown route', 'GET', '/verification/nothing', { headers })

  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const signing = await stand.client({ settings: { signatureKey: privateKey } })
  const signature = (seconds: number) =>
    publicEncrypt(
      { key: publicKey, oaepHash: 'sha1' },
      Buffer.from(`${signing.headers['x-client-id']}.${Math.floor(Date.now() / 1000) + seconds}`),
    ).toString('base64')
  await live('no signature', {}, signing.headers)
  await live('a good signature', {}, { ...signing.headers, 'x-cf-signature': signature(0) })
  await live('an old signature', {}, { ...signing.headers, 'x-cf-signature': signature(-400) })

  const sandbox = await stand.client({ environment: 'sandbox', settings: simulator.set(true) })
  for (const start of ['2222', '3333', '4444', '5555']) {
    await stand.call(`the simulator, ${start}`, 'POST', '/verification/face-liveness', {
      headers: sandbox.headers,
      parts: { verification_id: `${start}1`, image: pictureOf({ throws: 'picture_damaged' }) },
    })
  }
  const strict = await stand.client({ settings: strictMatchStatus.set(true) })
  await stand.call('face-match, no face, strict status', 'POST', '/verification/face-match', {
    headers: strict.headers,
    parts: {
      verification_id: id(),
      first_image: pictureOf({ similarity: null, faces: 0 }),
      second_image: pictureOf(),
    },
  })

  for (const served of ['production', 'sandbox'] as const) {
    const one = await transcript.stand(sceneEngine(), { LIVEFACE_ENVIRONMENT: served })
    const other = await one.client({ environment: served === 'sandbox' ? 'production' : 'sandbox' })
    await one.call(`another environment than ${served}`, 'POST', '/verification/face-liveness', {
      headers: other.headers,
      parts: { verification_id: 'a', image: pictureOf() },
    })
  }
}
