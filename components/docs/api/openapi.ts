// What the API reference reads of an OpenAPI 3.1 document, and how it is put in order. Pure.

export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  default?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number | boolean
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: string
  required?: boolean
  description?: string
  schema?: Schema
}

type Content = Record<string, { schema?: Schema }>

interface RawOperation {
  tags?: string[]
  summary?: string
  description?: string
  parameters?: Parameter[]
  requestBody?: { content: Content }
  responses?: Record<string, { description?: string; content?: Content }>
}

export interface ApiDocument {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, RawOperation>>
  components?: { schemas?: Record<string, Schema> }
}

export interface Body {
  contentType: string
  schema: Schema
}

export interface Operation {
  id: string
  method: string
  path: string
  summary: string
  description?: string
  parameters: Parameter[]
  bodies: Body[]
  answers: { status: string; description: string; bodies: Body[] }[]
}

export interface OperationGroup {
  tag: string
  operations: Operation[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** In the order of the document: its tags, and within them its routes. */
export function groupOperations(document: ApiDocument): OperationGroup[] {
  const groups = new Map<string, Operation[]>()
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const raw = item[method]
      if (raw === undefined) continue
      const tag = raw.tags?.[0] ?? 'other'
      groups.set(tag, [...(groups.get(tag) ?? []), operationOf(method, path, raw)])
    }
  }
  return [...groups].map(([tag, operations]) => ({ tag, operations }))
}

function operationOf(method: string, path: string, raw: RawOperation): Operation {
  return {
    id: `${method}${path.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`,
    method: method.toUpperCase(),
    path,
    summary: raw.summary ?? path,
    ...(raw.description === undefined ? {} : { description: raw.description }),
    parameters: raw.parameters ?? [],
    bodies: bodiesOf(raw.requestBody?.content),
    answers: Object.entries(raw.responses ?? {}).map(([status, { description = '', content }]) => ({ status, description, bodies: bodiesOf(content) })),
  }
}

function bodiesOf(content: Content | undefined): Body[] {
  return Object.entries(content ?? {}).map(([contentType, { schema = {} }]) => ({ contentType, schema }))
}

/** `#/components/schemas/Version` → `Version`. */
export function schemaName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}

/** Where the parts of a type are worth a list of their own: the object itself, of a list's items, of a union's members. */
export function partsOf(schema: Schema): Schema[] {
  if (schema.properties !== undefined) return [schema]
  if (schema.items !== undefined) return partsOf(schema.items)
  return alternativesOf(schema).flatMap(partsOf)
}

function alternativesOf(schema: Schema): Schema[] {
  return schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []
}

/** The type in words, with references by name: `list of Version, or null`. */
export function typeWords(schema: Schema): string {
  if (schema.$ref !== undefined) return schemaName(schema.$ref)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  const alternatives = alternativesOf(schema)
  if (alternatives.length > 0) return distinct(alternatives.map(typeWords)).join(schema.allOf === undefined ? ' or ' : ' and ')
  const types = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? ['any value'] : [schema.type]
  return distinct(types.map((type) => wordOf(type, schema))).join(' or ')
}

function wordOf(type: string, schema: Schema): string {
  switch (type) {
    case 'array':
      return schema.items === undefined ? 'list' : `list of ${typeWords(schema.items)}`
    case 'object':
      return typeof schema.additionalProperties === 'object' ? `object of ${typeWords(schema.additionalProperties)} by name` : 'object'
    case 'string':
      return schema.format === 'binary' ? 'file' : schema.format === undefined ? 'text' : `text (${schema.format})`
    case 'integer':
      return 'whole number'
    case 'boolean':
      return 'true or false'
    default:
      return type
  }
}

/** The names of other schemas in a type, each once. */
export function namesIn(schema: Schema): string[] {
  if (schema.$ref !== undefined) return [schemaName(schema.$ref)]
  const inner = [...alternativesOf(schema), ...(schema.items === undefined ? [] : [schema.items])]
  if (typeof schema.additionalProperties === 'object') inner.push(schema.additionalProperties)
  return distinct(inner.flatMap(namesIn))
}

/** Limits and default: `1 to 200, default 50`. */
export function limitWords(schema: Schema): string {
  const limits = [
    rangeWords(schema.minimum, schema.maximum, ''),
    typeof schema.exclusiveMinimum === 'number' ? `above ${schema.exclusiveMinimum}` : '',
    rangeWords(schema.minLength, schema.maxLength, ' characters'),
    rangeWords(schema.minItems, schema.maxItems, ' items'),
    schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
  ]
  return limits.filter((words) => words !== '').join(', ')
}

// What zod writes for "any whole number" says nothing to a reader.
const ENDS_OF_INTEGERS = new Set([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])

function rangeWords(low: number | undefined, high: number | undefined, unit: string): string {
  const from = low === undefined || ENDS_OF_INTEGERS.has(low) ? undefined : low
  const to = high === undefined || ENDS_OF_INTEGERS.has(high) ? undefined : high
  if (from !== undefined && to !== undefined) return `${from} to ${to}${unit}`
  if (from !== undefined) return `at least ${from}${unit}`
  return to === undefined ? '' : `at most ${to}${unit}`
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)]
}
