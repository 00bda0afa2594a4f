import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { refusalOf } from '../checks/refusals.ts'
import { type ErrorRates, livenessRatesAt, matchRates, ratesAt } from '../decisions/error-rates.ts'
import { likenessAt, yearsOf } from '../decisions/likeness.ts'
import type { Upload } from '../dialects/common/calls.ts'
import { takeFromAddress } from '../dialects/common/limits.ts'
import type { Dialect, Services } from '../dialects/dialect.ts'
import { PictureError } from '../engine/errors.ts'
import type { FaceReport } from '../engine/types.ts'
import { baseUrlOf } from '../receive/base-url.ts'
import { MultipartError, readMultipart, type UploadedFile } from '../receive/multipart.ts'
import { setRetryAfter } from '../receive/retry-after.ts'
import { createPlaygroundServer, type OpenInnerServer } from './playground-server.ts'

const fileLimit = 10 * 1024 * 1024
/** The client of sessions that are begun here, and its user. */
const clientName = 'playground'
/** Formats that browsers do not show, and the longest side of the JPEG in their place. */
const unseenFormats = ['heic', 'tiff']
const previewSide = 1200

/** What the playground page asks for. Registered under /playground, where the playground is switched on. */
export async function registerPlayground(
  app: FastifyInstance,
  services: Services,
  dialects: readonly Dialect[],
  openInner: OpenInnerServer,
): Promise<void> {
  const { admission, challenges, clients, config, engine } = services
  const playground = createPlaygroundServer(dialects, openInner)
  app.addHook('onClose', () => playground.close())
  app.addHook('onRequest', async (request, reply) => {
    const { allowed, retryAfter } = takeFromAddress(request, services)
    if (!allowed) return setRetryAfter(reply, retryAfter).code(429).send({ code: 'too_many' })
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof PictureError) {
      return reply.code(422).send({ code: 'picture', which: error.which ?? 'first', message: error.message })
    }
    if (error instanceof MultipartError || (error.statusCode ?? 500) < 500) {
      return reply.code(400).send({ code: 'request', message: 'Send one or two pictures.' })
    }
    const { code, message, retryAfter } = refusalOf(error, request.log)
    setRetryAfter(reply, retryAfter)
    return code === 'busy'
      ? reply.code(503).send({ code, message })
      : reply.code(500).send({ code: 'internal', message })
  })

  const rulesOf = (...reports: FaceReport[]) => ({
    liveness: toRule(config.liveness, (threshold) => livenessRatesAt(threshold, reports)),
    match: toRule(config.match, (threshold) => ratesAt(matchRates, threshold)),
  })

  /** A challenge session of the playground's own client, to try the capture page with. */
  app.post('/capture', async (request) => {
    const dialect = dialects.find(({ sessionEvents }) => sessionEvents)?.name
    if (!dialect) throw new Error('No vendor here judges sessions.')
    const known = (await clients.list(dialect)).find(({ name }) => name === clientName)
    const client = known ?? (await clients.create({ dialect, environment: 'sandbox', name: clientName }))
    const session = await challenges.create({ clientId: client.id, dialect, userId: clientName })
    return { captureUrl: `${baseUrlOf(request, config)}/capture/${await challenges.makeLink(session)}` }
  })

  /** What is drawn of a picture. */
  const view = async ({ bytes }: UploadedFile, report: FaceReport) => ({
    ...toView(report),
    preview: unseenFormats.includes(report.picture.format)
      ? Buffer.from(await engine.redraw(bytes, previewSide)).toString('base64')
      : null,
  })

  app.post('/analyse', async (request, reply) => {
    await admission.enter(reply.raw, clientName)
    const { files } = await readMultipart(request, { fileSize: fileLimit, files: 2, fields: 0 })
    const [first, second] = [files.get('first'), files.get('second')]
    if (!first || first.truncated || second?.truncated)
      throw new MultipartError('A picture is missing or too large.')
    const want = { template: second !== undefined, traits: true, liveness: true }
    const options = { want, everyFace: true }
    const baseUrl = baseUrlOf(request, config)
    const id = `playground-${randomUUID().slice(0, 8)}`
    if (!second) {
      const report = await engine.analyse(first.bytes, options)
      const answers = await playground.askLiveness(id, [toUpload(first, report, 'first')], baseUrl)
      return {
        first: await view(first, report),
        second: null,
        similarity: null,
        rules: rulesOf(report),
        answers,
      }
    }
    const match = await engine.compare(first.bytes, second.bytes, options)
    const uploads = [toUpload(first, match.first, 'first'), toUpload(second, match.second, 'second')]
    const answers = await playground.askMatch(id, uploads, baseUrl)
    const { similarity } = match
    return {
      first: await view(first, match.first),
      second: await view(second, match.second),
      similarity: similarity === null ? null : likenessAt(similarity, yearsOf(match.first, match.second)),
      rules: rulesOf(match.first, match.second),
      answers,
    }
  })
}

/** A threshold with the band around it in which a person should look, and how often it errs. */
function toRule(
  { threshold, reviewBand }: { threshold: number; reviewBand: number },
  ratesOf: (threshold: number) => ErrorRates | null,
) {
  const band = [Math.max(0, threshold - reviewBand), Math.min(1, threshold + reviewBand)]
  return { threshold, band, errors: ratesOf(threshold) }
}

/** @param otherwise the name of a picture that has none of its own, or one that says another format */
function toUpload({ bytes, filename }: UploadedFile, { picture }: FaceReport, otherwise: string): Upload {
  const extensions = picture.format === 'jpeg' ? ['jpg', 'jpeg'] : [picture.format]
  const isNamed = extensions.some((extension) => filename.toLowerCase().endsWith(`.${extension}`))
  return { bytes, filename: isNamed ? filename : `${otherwise}.${extensions[0]}` }
}

/** A report as JSON: the mesh as x, y pairs in whole tenths of a pixel, no template. */
function toView({ picture, faces, subject, timings }: FaceReport) {
  if (!subject) return { picture, faces, subject: null, timings }
  const { mesh, template: _template, ...rest } = subject
  const points: number[] = []
  for (let i = 0; i < mesh.length; i += 3)
    points.push(Math.round(mesh[i]! * 10) / 10, Math.round(mesh[i + 1]! * 10) / 10)
  return { picture, faces, subject: { ...rest, points }, timings }
}
