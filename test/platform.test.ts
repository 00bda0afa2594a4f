/** Webhooks, gallery, evidence and audit as one server over a restart, on both databases. */
import { rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { testDatabases } from './support/databases.ts'
import { diditCaller } from './support/didit.ts'
import { form } from './support/form.ts'
import { samplePhotograph } from './support/pictures.ts'
import { startReceiver } from './support/receiver.ts'
import { startTestServer } from './support/server.ts'
import { stubEngine } from './support/stub-engine.ts'

for (const kind of await testDatabases()) {
  describe.skipIf(kind.unavailable)(`a server on ${kind.name}`, () => {
    it('notifies receivers, remembers faces over a restart, and erases them on request', async () => {
      const location = await kind.location()
      const receiver = await startReceiver()
      const settings = {
        LIVEFACE_ALLOW_PRIVATE_URLS: 'true',
        LIVEFACE_FETCH_PORTS: String(receiver.port),
        ...('url' in location ? { LIVEFACE_DATABASE_URL: location.url } : {}),
      }
      const first = await startTestServer({ engine: stubEngine(), settings })
      const { dataDirectory } = first
      const caller = await diditCaller(first)
      const picture = samplePhotograph(1)
      const made = await caller.send('POST', '/v3/webhook/destinations/', {
        label: 'here',
        url: receiver.url,
        subscribed_events: ['status.updated'],
        webhook_version: 'v3',
      })
      expect(made.status).toBe(201)
      const call = (server: string, vendor: string) =>
        fetch(`${server}/v3/passive-liveness/`, {
          method: 'POST',
          headers: caller.headers,
          body: form({ user_image: picture, vendor_data: vendor }),
        }).then(async (answer) => JSON.parse(await answer.text()))

      const { request_id: id } = await call(first.url, 'anna')
      const [message] = await receiver.wait(1)
      expect(JSON.parse(message?.body ?? '')).toMatchObject({ session_id: id, status: 'Approved' })
      const metrics = async (server: string) => (await fetch(`${server}/metrics`)).text()
      await expect
        .poll(() => metrics(first.url))
        .toMatch(/webhook_attempts_total\{dialect="didit",state="delivered"\} 1/)
      await first.close()

      const second = await startTestServer({ engine: stubEngine(), settings, dataDirectory })
      // Loaded without a search.
      await expect.poll(() => metrics(second.url)).toMatch(/liveface_gallery_templates 1/)
      const again = await call(second.url, 'bert')
      expect(again.liveness.warnings).toMatchObject([
        { risk: 'DUPLICATED_FACE', additional_data: { duplicated_session_id: id } },
      ])
      const read = (path: string, method = 'GET') =>
        fetch(path.startsWith('http') ? path : second.url + path, { method, headers: caller.headers })
      const decision = JSON.parse(await (await read(`/v3/session/${id}/decision/`)).text())
      const link = new URL(decision.liveness_checks[0].reference_image)
      const local = second.url + link.pathname + link.search
      const shown = await fetch(local)
      expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/jpeg'])

      expect((await read(`/v3/session/${id}/delete/`, 'DELETE')).status).toBe(204)
      expect((await fetch(local)).status).toBe(404)
      const rows = await second.services.gallery.list(caller.id)
      expect(rows.map(({ vendorData }) => vendorData)).toEqual(['bert'])
      expect((await second.services.audit.verify()).intact).toBe(true)
      await receiver.wait(2)
      await second.stop()
      rmSync(dataDirectory, { recursive: true, force: true })
      await receiver.stop()
    })
  })
}
