import {
  type DocumentNode,
  execute,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { IndiconnectError } from './errors.ts'
import { findExcess, limits } from './limits.ts'
import { envelope, schema, type VerifyInput, type VerifyResponse } from './schemas.ts'

/** What a request body asks for. */
export interface GraphqlRequest {
  document: DocumentNode
  variables: Record<string, unknown>
  operationName: string | null
}

/** The document does not parse, fit the schema or name an operation, or a variable has a wrong type. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError'
  readonly errors: readonly GraphQLError[]

  constructor(errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join(' '))
    this.errors = errors
  }
}

/**
 * Reads and checks a request body.
 * @param introspection may the schema be asked for?
 * @throws IndiconnectError when it is no GraphQL request; DocumentError when its document is wrong
 */
export function readRequest(body: string, introspection: boolean): GraphqlRequest {
  const { query, variables, operationName } = readEnvelope(body)
  const document = parseDocument(query)
  const excess = findExcess(document)
  if (excess) throw new DocumentError([excess])
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const errors = validate(schema, document, rules, { maxErrors: 5 })
  if (errors.length > 0) throw new DocumentError(errors)
  return { document, variables: variables ?? {}, operationName: operationName || null }
}

/**
 * Runs the operation.
 * @param verify answers the mutation
 * @returns the body of the answer: the selected fields, in the order selected
 * @throws whatever `verify` throws; DocumentError when a variable is wrong or the operation unknown
 */
export async function runRequest(
  { document, variables, operationName }: GraphqlRequest,
  verify: (input: VerifyInput) => Promise<VerifyResponse>,
): Promise<string> {
  const result = await execute({
    schema,
    document,
    variableValues: variables,
    operationName,
    rootValue: { verify: ({ input }: { input: VerifyInput }) => verify(input) },
  })
  // Only an error from inside the mutation has a path; a wrong variable has none.
  const thrown = result.errors?.find(({ path }) => path)
  if (thrown) throw thrown.originalError ?? thrown
  if (result.errors) throw new DocumentError(result.errors)
  return JSON.stringify(result)
}

function readEnvelope(body: string) {
  const json = parseJson(body)
  if (Array.isArray(json)) throw new IndiconnectError('batch')
  const { query } = (json ?? {}) as { query?: unknown }
  if (typeof query !== 'string' || query === '') throw new IndiconnectError('notJson')
  const parsed = envelope.safeParse(json)
  if (!parsed.success) throw new IndiconnectError('envelope')
  return parsed.data
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new IndiconnectError('notJson')
  }
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: limits.tokens })
  } catch (error) {
    if (error instanceof GraphQLError) throw new DocumentError([error])
    throw error
  }
}
