/**
 * Requests for the gateway's other products. Their documents send fields and select types that only those products
 * have; they are to be answered "unsupported" like the vendor answers them, not refused for not fitting our schema.
 */
import {
  type ASTNode,
  type ConstObjectValueNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type ObjectValueNode,
  type OperationDefinitionNode,
  type ValueNode,
  visit,
} from 'graphql'
import { isSupported } from './schemas.ts'

/**
 * What is left of a document for another product: the type it names, and what it selects beside the product's result.
 * @returns null when the document names one of our types, or none
 */
export function reduceForeign(
  document: DocumentNode,
  variables: Record<string, unknown>,
  operationName: string | null,
): DocumentNode | null {
  const operation = getOperationAST(document, operationName)
  if (!operation) return null
  const documentType = findDocumentType(operation, variables)
  if (typeof documentType !== 'string' || isSupported(documentType)) return null
  const reduced = reduce(operation, documentType)
  const fragments = document.definitions
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => reduce(fragment, documentType))
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) =>
    namesOf(Kind.VARIABLE, [reduced.selectionSet]).has(variable.name.value),
  )
  const definitions = [{ ...reduced, variableDefinitions }, ...reachable(reduced, fragments)]
  return { ...document, definitions }
}

/** The type that `verify` is asked for, written out or by way of a variable. */
function findDocumentType(
  { selectionSet }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): unknown {
  const call = selectionSet.selections.find(
    (node) => node.kind === Kind.FIELD && node.name.value === 'verify',
  )
  const input = (call as FieldNode | undefined)?.arguments?.find(({ name }) => name.value === 'input')?.value
  if (input?.kind === Kind.VARIABLE) {
    return (variables[input.name.value] as { documentType?: unknown } | null | undefined)?.documentType
  }
  if (input?.kind !== Kind.OBJECT) return undefined
  const value = input.fields.find(({ name }) => name.value === 'documentType')?.value
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value]
  return value?.kind === Kind.STRING ? value.value : undefined
}

function reduce<T extends DefinitionNode>(definition: T, documentType: string): T {
  return visit(definition, {
    Field(node) {
      if (node.name.value === 'verify') return { ...node, arguments: [inputOf(documentType)] }
      // The result is null in the end, whatever is selected of it.
      return node.name.value === 'result' ? { ...node, selectionSet: justTypename } : undefined
    },
    // Variables of the operation are seen to above; fragments have none.
    VariableDefinition: () => false,
  })
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const

const justTypename = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: name('__typename') }],
} as const

function inputOf(documentType: string) {
  const value: ValueNode = { kind: Kind.STRING, value: documentType }
  const input: ObjectValueNode | ConstObjectValueNode = {
    kind: Kind.OBJECT,
    fields: [{ kind: Kind.OBJECT_FIELD, name: name('documentType'), value }],
  }
  return { kind: Kind.ARGUMENT, name: name('input'), value: input } as const
}

/** Fragments that are spread in `from`, and in those. */
function reachable(from: ASTNode, fragments: readonly DefinitionNode[]): DefinitionNode[] {
  const found = new Set<DefinitionNode>()
  const follow = (node: ASTNode) => {
    const spread = namesOf(Kind.FRAGMENT_SPREAD, [node])
    for (const fragment of fragments) {
      if (!('name' in fragment) || !spread.has(fragment.name?.value ?? '') || found.has(fragment)) continue
      found.add(fragment)
      follow(fragment)
    }
  }
  follow(from)
  return [...found]
}

function namesOf(kind: Kind.VARIABLE | Kind.FRAGMENT_SPREAD, nodes: readonly ASTNode[]): Set<string> {
  const names = new Set<string>()
  const note = (node: { name: { value: string } }) => void names.add(node.name.value)
  for (const node of nodes) visit(node, { [kind]: note })
  return names
}
