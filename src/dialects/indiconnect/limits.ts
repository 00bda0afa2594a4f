import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Far above what the vendor's own queries use (depth 3, no alias), far below what costs anything. */
export const limits = {
  tokens: 1000,
  depth: 8,
  selections: 100,
  aliases: 10,
}

/**
 * Refuses documents that would make much work out of few bytes: deep nesting, many aliases, fragments
 * that multiply, and several `verify` in one mutation, which would be a batch by another name. Runs
 * before validation, whose own cost grows with the square of the fields.
 * @returns the first thing wrong, or null
 */
export function findExcess(document: DocumentNode): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const found = inspect(definition, fragments)
    if (found) return found
  }
  return null
}

function inspect(
  operation: OperationDefinitionNode,
  fragments: Map<string, FragmentDefinitionNode>,
): GraphQLError | null {
  let count = 0
  let aliases = 0
  let roots = 0

  function visit({ selections }: SelectionSetNode, depth: number, inside: string[]): GraphQLError | null {
    for (const selection of selections) {
      // Fragments count too: two spreads in each of fifty would otherwise be a visit without end.
      if (++count > limits.selections) return excess(`more than ${limits.selections} selections`, selection)
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value
        if (depth === 1 && name !== '__typename') roots++
        if (selection.alias) aliases++
        if (depth > limits.depth) return excess(`more than ${limits.depth} levels`, selection)
        if (aliases > limits.aliases) return excess(`more than ${limits.aliases} aliases`, selection)
        if (roots > 1 && operation.operation === 'mutation') return excess('more than one verify', selection)
        // Introspection is deep by nature; where it is on, graphql-js has a rule of its own for it.
        if (!selection.selectionSet || name === '__schema' || name === '__type') continue
        const deeper = visit(selection.selectionSet, depth + 1, inside)
        if (deeper) return deeper
      } else {
        const [name, set] = spread(selection, fragments)
        // A fragment inside itself is validation's to refuse.
        if (!set || (name && inside.includes(name))) continue
        const within = visit(set, depth, name ? [...inside, name] : inside)
        if (within) return within
      }
    }
    return null
  }

  return visit(operation.selectionSet, 1, [])
}

/** What a fragment selects, and its name when it has one. */
function spread(
  selection: ASTNode,
  fragments: Map<string, FragmentDefinitionNode>,
): [string | null, SelectionSetNode | undefined] {
  if (selection.kind === Kind.INLINE_FRAGMENT) return [null, selection.selectionSet]
  if (selection.kind !== Kind.FRAGMENT_SPREAD) return [null, undefined]
  const name = selection.name.value
  return [name, fragments.get(name)?.selectionSet]
}

function excess(what: string, nodes: ASTNode): GraphQLError {
  return new GraphQLError(`The document has ${what}.`, { nodes })
}
