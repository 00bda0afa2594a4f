import { z } from 'zod'
import { brandingShape } from './branding.ts'

/** One calibration of a client's cameras (`liveface calibrate`). */
const calibration = z.object({
  /** Log-odds added to every liveness score. */
  offset: z.number(),
  /** Bona fide captures that it was fitted to. */
  captures: z.number().int().positive(),
  /** ISO time of the fitting. */
  fittedAt: z.string(),
})

/** What may differ from client to client. Every field has a default, so stored settings never need migrating. */
const shape = {
  /** Addresses or CIDR ranges that may call; empty: any. */
  ipAllowList: z.array(z.string()).default([]),
  /** Calls per minute and operation; null: the server's default. */
  ratePerMinute: z.number().int().positive().nullable().default(null),
  /** Permissions of the client's keys, in the dialect's own words; null: all. */
  permissions: z.array(z.string()).nullable().default(null),
  /**
   * Its keys manage clients of Liveface's own API, their keys and limits, and do nothing else. Only the command line makes
   * such a client, and nothing changes one into it.
   */
  administrative: z.boolean().default(false),
  /** PEM private key that opens request signatures (Cashfree's x-cf-signature); null: none is asked for. */
  signatureKey: z.string().nullable().default(null),
  /** Hosts that picture URLs of this client may name; empty: any public host. */
  urlHosts: z.array(z.string()).default([]),
  /** Months that checks and evidence are kept, 1..120; null: until deleted. */
  retentionMonths: z.number().int().min(1).max(120).nullable().default(null),
  /** Sessions of gestures take no photo but those that the capture page made with a camera. */
  refuseUploads: z.boolean().default(false),
  /** Who asks, on the capture page of the client's sessions; null: nobody is named. */
  branding: z.object(brandingShape).nullable().default(null),
  /** What the scores of the client's cameras are moved by, oldest first: the last one counts. Empty: by nothing. */
  livenessCalibrations: z.array(calibration).default([]),
}

/** What single vendors' APIs know of their clients stands beside these, and is kept as it is. */
const schema = z.looseObject(shape)

export type LivenessCalibration = z.infer<typeof calibration>

export type ClientSettings = z.infer<z.ZodObject<typeof shape>>

/** Fills defaults. @throws ZodError when a field has a wrong type or value */
export function parseClientSettings(settings: unknown): ClientSettings {
  return schema.parse(settings)
}
