/** What a standalone call is made of; each of the four fills this in, checks.ts makes a check of it. */
import type { MultipartField } from '../../../api-docs/index.ts'
import type { CheckEngine } from '../../../checks/perform.ts'
import type { Config } from '../../../config/index.ts'
import type { ScreeningPolicy } from '../../../decisions/screening.ts'
import type { Query } from '../../../gallery/types.ts'
import type { ApiService } from '../sessions/records.ts'
import type { Warning } from '../warnings.ts'
import type { FormReader } from './request.ts'
import type { KnownFace } from './translate.ts'

/** Fields that every standalone call has. */
export interface CommonFields {
  rotate: boolean
  save: boolean
  vendorData: string | null
  metadata: Record<string, unknown> | null
}

export interface Findings<Measured> {
  measured: Measured
  /** Per query of the search, in their order; empty lists when there was no face to search for. */
  matches: KnownFace[][]
  fields: CommonFields
  policy: ScreeningPolicy
  /** Makes the URL of a kept picture. */
  link(pictureId: string): string
}

export interface Judgement {
  status: 'Approved' | 'Declined'
  /** What stands in the answer under the operation's key. */
  body: Record<string, unknown>
  warnings: Warning[]
  /** What the session keeps: no picture, no template. */
  report: unknown
}

export interface Search<Measured> {
  /** Null when there is no face to search for. */
  probe(measured: Measured): Float32Array | null
  /** Estimated age of whoever is searched for; asked for only where there is a probe. */
  years(measured: Measured): number
  queries(clientId: string, vendorData: string | null): Query[]
  /** Whether a saved call puts the face into the gallery. */
  enrols: boolean
}

/** A call whose own fields were read and whose pictures wait to be measured. */
export interface Call<Measured> {
  measure(pictures: readonly Buffer[], fields: CommonFields, services: Tools): Promise<Measured>
  search?: Search<Measured>
  judge(findings: Findings<Measured>): Judgement
}

export interface Tools {
  engine: CheckEngine
  config: Config
}

export interface Operation<Measured = unknown> {
  /** Last part of the path, for example `passive-liveness`. */
  name: string
  summary: string
  service: ApiService
  /** Key of the answer. */
  key: string
  /** Names of the fields with the pictures. */
  pictures: readonly string[]
  /** Fields beside pictures and common ones, for the OpenAPI document. */
  documented: Record<string, MultipartField>
  /** Reads the operation's own fields; errors stay in `form`. */
  read(form: FormReader): Call<Measured>
  /** What sandbox keys are answered under the key. */
  sandbox: Record<string, unknown>
}

/** Lets operations of different measurements stand in one list. */
export function operation<Measured>(definition: Operation<Measured>): Operation {
  return definition as Operation
}

export const userImage = 'user_image'

/** How the vendor's own example of a picture looks, for sandbox answers. */
export const exampleFace = { bbox: [661, 728, 1688, 2188], confidence: 0.732973 }
