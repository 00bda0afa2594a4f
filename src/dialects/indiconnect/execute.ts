import {
  type DocumentNode,
  execute,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  TokenKind,
  validate,
} from 'graphql'
import { parseJson } from '../../receive/json.ts'
import { IndiconnectError } from './errors.ts'
import { reduceForeign } from './foreign.ts'
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

/** Documents that were found valid are known again, so many of them. */
const maxKnown = 100
/** Characters of what is remembered of one; any vendor's own query is shorter. */
const longestKnown = 4096

/**
 * Reads and checks request bodies. Callers send the same few documents with other values in them; checking one against
 * the schema costs more than anything else the server does for it, and is done once.
 *
 * @param introspection may the schema be asked for?
 * @returns a function that throws IndiconnectError when a body is no GraphQL request, DocumentError when its document
 *   is wrong
 */
export function createRequestReader(introspection: boolean): (body: string) => GraphqlRequest {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const known = new Set<string>()

  function check(document: DocumentNode): void {
    const errors = validate(schema, document, rules, { maxErrors: 5 })
    if (errors.length > 0) throw new DocumentError(errors)
  }

  function checkOnce(document: DocumentNode): void {
    const shape = shapeOf(document)
    if (known.has(shape)) return
    check(document)
    if (shape.length > longestKnown) return
    if (known.size === maxKnown) known.delete(known.values().next().value ?? '')
    known.add(shape)
  }

  return (body) => {
    const { query, variables, operationName } = readEnvelope(body)
    const document = parseDocument(query)
    const excess = findExcess(document)
    if (excess) throw new DocumentError([excess])
    const rest = { variables: variables ?? {}, operationName: operationName || null }
    const reduced = reduceForeign(document, rest.variables, rest.operationName)
    if (reduced) check(reduced)
    else checkOnce(document)
    return { document: reduced ?? document, ...rest }
  }
}

/**
 * A document without what stands in its strings: no rule looks into one, as the schema has no type of its own that
 * takes strings apart. Everything else that is read stays, in its order.
 */
function shapeOf({ loc }: DocumentNode): string {
  const words: string[] = []
  for (let token = loc?.startToken ?? null; token; token = token.next) {
    const isString = token.kind === TokenKind.STRING || token.kind === TokenKind.BLOCK_STRING
    // No name or number holds a line break.
    if (token.kind !== TokenKind.COMMENT) words.push(token.kind, isString ? '' : (token.value ?? ''))
  }
  return words.join('\n')
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
  const json = readJson(body)
  if (Array.isArray(json)) throw new IndiconnectError('batch')
  const { query } = (json ?? {}) as { query?: unknown }
  if (typeof query !== 'string' || query === '') throw new IndiconnectError('noQuery')
  const parsed = envelope.safeParse(json)
  if (!parsed.success) throw new IndiconnectError('envelope')
  return parsed.data
}

function readJson(body: string): unknown {
  try {
    return parseJson(body)
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
