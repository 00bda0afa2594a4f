import { noPicture, pictureOf } from './pictures.ts'
import type { Stand } from './stand.ts'

const unknown = '00000000-0000-4000-8000-000000000000'

/** Didit's calls beside the standalone ones: sessions, webhooks, blocklist and lists. */
export async function diditManagement(stand: Stand, headers: Record<string, string>): Promise<void> {
  const send = (title: string, method: string, path: string, body?: unknown) =>
    stand.call(title, method, `/v3/${path}`, { headers, body })
  const get = (title: string, path: string) => send(title, 'GET', path)
  const post = (title: string, path: string, body?: unknown) => send(title, 'POST', path, body)
  const live = async (title: string, person: number): Promise<string> => {
    const { json } = await stand.call(title, 'POST', '/v3/passive-liveness/', {
      headers,
      parts: { user_image: pictureOf({ person }), vendor_data: `person-${person}` },
    })
    return json.request_id
  }

  const root = 'webhook/destinations/'
  const hook = { label: 'A', url: stand.receiver.url, subscribed_events: ['status.updated'] }
  const created = (await post('a destination', root, hook)).json
  await post('the destination again', root, hook)
  await post('a destination without anything', root, {})
  await post('a wrong destination', root, {
    ...hook,
    url: 'nowhere',
    enabled: 'perhaps',
    webhook_version: 'v9',
    subscribed_events: ['x'],
  })
  await get('the destinations', root)
  await get('a destination by its id', `${root}${created.uuid}/`)
  await get('an unknown destination', `${root}${unknown}/`)
  await send('a changed destination', 'PATCH', `${root}${created.uuid}/`, { label: 'B' })

  const first = await live('a session with a webhook', 20)
  await stand.webhook('status.updated')
  await get('its decision', `session/${first}/decision/`)
  await get('its decision with events', `session/${first}/decision/?include=events`)
  await send('a status', 'PATCH', `session/${first}/update-status/`, {
    new_status: 'Declined',
    comment: 'no',
  })
  await stand.webhook('status.updated by hand')
  await send('the same status', 'PATCH', `session/${first}/update-status/`, { new_status: 'Declined' })
  await send('a status that is none', 'PATCH', `session/${first}/update-status/`, { new_status: 'Good' })
  await send('a status of another flow', 'PATCH', `session/${first}/update-status/`, {
    new_status: 'Expired',
  })
  await send('no status', 'PATCH', `session/${first}/update-status/`, {})
  await get('the reviewed decision', `session/${first}/decision/`)
  await send('no destination left', 'DELETE', `${root}${created.uuid}/`)
  await send('the destination once more', 'DELETE', `${root}${created.uuid}/`)

  await get('the sessions', 'sessions/?limit=3')
  await get('the next sessions', 'sessions/?limit=3&offset=3')
  await get('sessions by status and service', 'sessions/?status=Declined&api_service=FACE_MATCH')
  await get('sessions of a person', 'sessions/?vendor_data=person-20')
  await get('a wrong filter', 'sessions/?date_from=x&api_service=y&session_kind=z')
  await get('an unknown decision', `session/${unknown}/decision/`)
  await get('an id that is none', 'session/x/decision/')
  const stranger = await stand.client()
  const foreign = (title: string, method: string, path: string, body?: unknown) =>
    stand.call(title, method, `/v3/${path}`, { headers: stranger.headers, body })
  await foreign("another application's decision", 'GET', `session/${first}/decision/`)
  await foreign("another application's session to delete", 'DELETE', `session/${first}/delete/`)
  await foreign("another application's status", 'PATCH', `session/${first}/update-status/`, {
    new_status: 'Approved',
  })
  await stand.call('a decision without a key', 'GET', `/v3/session/${first}/decision/`)

  await post('a blocked face', 'blocklist/add/', { session_id: first, blocklist_face: true })
  await get('the blocklist', 'blocklist/')
  await get('blocked documents', 'blocklist/?item_type=document')
  await get('blocked shoes', 'blocklist/?item_type=shoe')
  const second = await live('a blocked person', 20)
  await post('nothing to block', 'blocklist/add/', { session_id: first })
  await post('a document to block', 'blocklist/add/', { session_id: first, blocklist_document: true })
  await post('a wrong block', 'blocklist/add/', { session_id: 'x', blocklist_face: 'x' })
  await post('an unknown session to block', 'blocklist/add/', { session_id: unknown, blocklist_face: true })
  const faceless = await stand.call('a session without a face', 'POST', '/v3/passive-liveness/', {
    headers,
    parts: { user_image: pictureOf({ faces: 0 }) },
  })
  await post('no face to block', 'blocklist/add/', {
    session_id: faceless.json.request_id,
    blocklist_face: true,
  })
  await post('an unblocked face', 'blocklist/remove/', { session_id: first, unblock_face: true })

  const { results } = (await get('the lists', 'lists/')).json
  const [blocked, allowed] = results.map(({ uuid }: { uuid: string }) => uuid)
  await get('one list', `lists/${allowed}/`)
  await get('an unknown list', `lists/${unknown}/`)
  const entries = (list: string) => `lists/${list}/entries/`
  const aged = await stand.call('an age to be listed', 'POST', '/v3/age-estimation/', {
    headers,
    parts: { user_image: pictureOf({ person: 30 }) },
  })
  const entry = (
    await post('an entry from a session', entries(blocked), {
      reference_session_id: aged.json.request_id,
      comment: 'why',
    })
  ).json
  await post('an entry from an unknown session', entries(blocked), { reference_session_id: unknown })
  const upload = (title: string, body: unknown) => post(title, `${entries(allowed)}face-upload/`, body)
  const base64 = (scene: Parameters<typeof pictureOf>[0]) => pictureOf(scene).toString('base64')
  const uploaded = (await upload('an uploaded face', { image: base64({ person: 31 }), comment: 'friend' }))
    .json
  await upload('an uploaded picture without a face', { image: base64({ faces: 0 }) })
  await upload('an uploaded picture that is damaged', { image: base64({ throws: 'picture_damaged' }) })
  await upload('an uploaded picture and a busy engine', { image: base64({ throws: 'engine_busy' }) })
  await upload('an uploaded text', { image: 'not base64!' })
  await upload('an upload of no picture', { image: noPicture.toString('base64') })
  await upload('an empty upload', {})
  await upload('a body that is too large', { image: 'A'.repeat(11 * 1024 * 1024) })
  await get('the entries', entries(blocked))
  await get('the other entries', entries(allowed))
  await send('an entry taken off', 'DELETE', `${entries(blocked)}${entry.uuid}/`)
  await send('an uploaded entry taken off', 'DELETE', `${entries(allowed)}${uploaded.uuid}/`)
  await send('an unknown entry', 'DELETE', `${entries(allowed)}${unknown}/`)

  await get('the older webhook', 'webhook/')
  await send('the older webhook set', 'PATCH', 'webhook/', {
    webhook_url: 'https://example.com/hook',
    data_retention_months: 6,
  })
  await send('the older webhook off', 'PATCH', 'webhook/', { webhook_url: null, rotate_secret_key: true })
  await send('a wrong older webhook', 'PATCH', 'webhook/', {
    webhook_url: 'nowhere',
    data_retention_months: 0,
    capture_method: 'fax',
  })
  await send('no JSON', 'PATCH', 'webhook/', [])

  await send('a deleted session', 'DELETE', `session/${second}/delete/`)
  await get('the deleted session', `session/${second}/decision/`)
  await post('sessions by number', 'sessions/delete/', { session_numbers: ['1', '999999'] })
  await post('numbers that are none', 'sessions/delete/', { session_numbers: ['x'] })
  await post('no numbers', 'sessions/delete/', {})
  await post('every session', 'sessions/delete/', { delete_all: true })
  await get('no sessions', 'sessions/')
}
