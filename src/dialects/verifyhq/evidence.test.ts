import { describe, expect, it } from 'vitest'
import { actedPhoto, greyJpeg } from '../../../test/support/acted-photo.ts'
import { base, verifyHQTest } from '../../../test/support/verifyhq.ts'

const test = verifyHQTest({ LIVEFACE_EVIDENCE: 'true' })

describe('with evidence kept', () => {
  it('a check links to its photos, which open without a key and show the pixels that were sent', async () => {
    const session = await test.open()
    const photo = actedPhoto({ gesture: session.challenges[0]!.type })
    const { sessionToken, challenges } = session
    await test.send(
      'POST',
      `${base}/challenge`,
      test.form({ sessionToken, challengeId: challenges[0]!.id, photo }),
    )
    const { body } = await test.send('GET', `${base}/${sessionToken}`)
    const [first, second] = body.challenges
    expect(first.photoUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/evidence\//)
    expect(second.photoUrl).toBeNull()
    const picture = await fetch(first.photoUrl)
    expect(picture.headers.get('content-type')).toBe('image/jpeg')
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(greyJpeg)
    expect((await fetch(first.photoUrl.replace(/signature=.{8}/, 'signature=AAAAAAAA'))).status).toBe(404)
  })
})
