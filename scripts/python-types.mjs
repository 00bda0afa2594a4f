/** Shapes of an OpenAPI document as Python's TypedDicts. */

const heading = `"""Shapes of Liveface's own API. Written by \`npm run client-types\`; do not edit."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict
`

const plain = { string: 'str', number: 'float', integer: 'int', boolean: 'bool', null: 'None' }

/** @param schemas by name, as under \`components.schemas\` @returns a module with those of answers */
export function pythonTypes(schemas) {
  const answers = Object.entries(schemas).filter(([name]) => !name.endsWith('Request'))
  return `${heading}${answers.map(([name, schema]) => `\n\n${typedDict(name, schema)}`).join('')}`
}

function typedDict(name, { description, properties, required = [] }) {
  const fields = Object.entries(properties).map(([field, schema]) => {
    const type = typeOf(schema)
    return [
      `    ${field}: ${required.includes(field) ? type : `NotRequired[${type}]`}`,
      ...(schema.description ? [`    """${escaped(schema.description)}"""`] : []),
    ].join('\n')
  })
  return `class ${name}(TypedDict):\n    """${escaped(description ?? name)}"""\n\n${fields.join('\n')}\n`
}

/** @returns how Python writes the type of a schema */
function typeOf({ $ref, anyOf, const: only, enum: values, type, items, additionalProperties }) {
  if ($ref) return $ref.split('/').at(-1)
  if (anyOf) return anyOf.map(typeOf).join(' | ')
  if (only !== undefined) return `Literal[${JSON.stringify(only)}]`
  if (values) return `Literal[${values.map((value) => JSON.stringify(value)).join(', ')}]`
  if (Array.isArray(type)) return type.map((one) => typeOf({ type: one, items })).join(' | ')
  if (type === 'array') return `list[${typeOf(items)}]`
  if (type === 'object' && additionalProperties) return `dict[str, ${typeOf(additionalProperties)}]`
  if (type === undefined) return 'object'
  const found = plain[type]
  if (!found) throw new Error(`Expected a type that Python has a word for, got ${type}.`)
  return found
}

function escaped(text) {
  return text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"""')
}
