/** Real requests and sessions; a stub engine sees what each photo was made to show, which hides the nets. */
import { describe, expect, it } from 'vitest'
import { type Act, actedPhoto } from '../../test/support/acted-photo.ts'
import { base, verifyHQTest } from '../../test/support/verifyhq.ts'

const test = verifyHQTest()

/** Goes through a session as the page does. @returns what the page is told in the end */
async function result(act: Act) {
  const { sessionToken } = await test.open()
  const link = await test.send('POST', `${base}/capture-link`, test.json({ sessionToken }))
  const opened = await test.send(
    'POST',
    '/capture/api/open',
    test.json({ link: link.body.captureUrl.split('/').at(-1) }),
  )
  let { session } = opened.body
  const headers = { authorization: `Bearer ${opened.body.key}` }
  for (const { id, gesture } of session.challenges) {
    const photo = actedPhoto({ gesture, ...act })
    const sent = await test.send('POST', '/capture/api/photo', test.form({ challengeId: id, photo }, headers))
    session = sent.body
  }
  return session.result
}

describe('the capture page', () => {
  it('is told that a session passed', async () => {
    expect(await result({})).toEqual({ passed: true, failure: null, gesture: null, sentence: null })
  })

  it('is told the same of every photo that looks like a fake, whichever check said so', async () => {
    const spoof = await result({ liveness: 0.1 })
    expect(spoof).toMatchObject({ passed: false, failure: 'not_accepted', gesture: null })
    expect(await result({ scene: 'one still' })).toEqual(spoof)
    const known: Act = { fingerprint: '0123456789abcdef', place: 0.3 }
    await result(known)
    expect(await result(known)).toEqual(spoof)
  })

  it('is told what a person can do better', async () => {
    expect(await result({ faces: 2 })).toMatchObject({
      failure: 'several_faces',
      gesture: expect.any(String),
    })
  })
})
