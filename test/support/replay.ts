/** An earlier session's photos, sent once more by a page that somebody rewrote. */
import type { Page } from 'playwright-core'

/** Keeps what the page sends as photos from now on. */
export async function recordPhotos(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.recorded = []
    const original = fetch
    globalThis.fetch = (url, init) => {
      if (String(url).endsWith('/photo')) recorded.push(init.body)
      return original(url, init)
    }
  `)
}

/**
 * Goes through the session of another link with the photos recorded: each with its frames, then as a file alone.
 * @returns the answers to those with frames, and the last one to a file
 */
export function replayPhotos(page: Page, captureUrl: string): Promise<{ answers: unknown[]; last: unknown }> {
  return page.evaluate(`(async () => {
    const photos = [...recorded]
    const post = async (path, init) => (await fetch('/capture/api/' + path, { method: 'POST', ...init })).json()
    const json = { 'content-type': 'application/json' }
    const opened = await post('open', { headers: json, body: '{"link":"${captureUrl.split('/').at(-1)}"}' })
    const own = { authorization: 'Bearer ' + opened.key }
    const camera = JSON.stringify({ label: 'Front Camera', hasDevice: true })
    await post('stream', { headers: { ...own, ...json }, body: camera })
    const answers = []
    let last
    for (const body of photos) {
      const { challengeId } = await post('prompt', { headers: own })
      body.set('challengeId', challengeId)
      answers.push(await post('photo', { headers: own, body }))
      const file = new FormData()
      file.set('challengeId', challengeId)
      file.set('photo', body.get('photo'), 'photo.jpg')
      last = await post('photo', { headers: own, body: file })
    }
    return { answers, last }
  })()`)
}
