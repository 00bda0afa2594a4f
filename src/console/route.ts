/** What a route of the console is: who may use it stands beside what it does, and one hook (gate.ts) enforces it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { MultipartField } from '../api-docs/index.ts'
import type { ConsoleServices } from './services.ts'
import type { ConsoleSession } from './sessions.ts'
import type { Role, User } from './users.ts'

type Nothing = z.ZodType<undefined>

/** What a handler is given: everything is checked by then. */
export interface Asked<Query, Body> {
  request: FastifyRequest
  reply: FastifyReply
  session: ConsoleSession
  user: User
  /** How the audit log calls the user. */
  actor: string
  params: Record<string, string>
  query: Query
  body: Body
  services: ConsoleServices
}

export interface RouteDefinition<Query extends z.ZodType = Nothing, Body extends z.ZodType = Nothing> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /console/api, with `:name`. */
  url: string
  name: string
  summary: string
  tag: 'Account' | 'Cases' | 'People' | 'Clients' | 'Operation' | 'Users'
  /** `anybody`: also who is not signed in. */
  roles: readonly Role[] | 'anybody'
  /** The password must have been given again within five minutes. */
  confirm?: true
  query?: Query
  body?: Body
  /** Fields of a form, in place of `body`; the handler reads it. */
  multipart?: Record<string, MultipartField>
  /** What the answer is, for the document. */
  answer: z.ZodType
  status?: 200 | 201 | 202 | 204 | 303
  handle(asked: Asked<z.infer<Query>, z.infer<Body>>): unknown
}

export type ConsoleRoute = RouteDefinition<z.ZodType, z.ZodType>

/** Lets routes of different bodies stand in one list. */
export function route<Query extends z.ZodType = Nothing, Body extends z.ZodType = Nothing>(
  definition: RouteDefinition<Query, Body>,
): ConsoleRoute {
  return definition as unknown as ConsoleRoute
}

/** Does the user see records of this client? */
export function sees({ clients }: Pick<User, 'clients'>, clientId: string): boolean {
  return clients === null || clients.includes(clientId)
}
