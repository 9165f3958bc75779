// How a source fits a model: what is unmapped, what does not fit, and which of the first rows would be rejected.
import type { FieldProblem } from '@/lib/platform/errors'
import type { Field, Signature } from '@/lib/registry/contract'
import { compileValidator } from '@/lib/serving/rules'
import type { BatchInspection, BatchMapping } from '../contract'
import { booleanOfText, numberOfText } from '../engine/text/decimal'

type Column = BatchInspection['columns'][number]

export interface Fit {
  problems: FieldProblem[]
  warnings: string[]
}

/** `problems` stand in the way of a start: with them no row, or not the right one, would be scored. */
export function checkMapping(signature: Pick<Signature, 'fields' | 'tensors'>, mapping: BatchMapping, columns: readonly Column[]): Fit {
  const fit: Fit = { problems: [], warnings: [] }
  const byName = new Map(columns.map((column) => [column.name, column]))
  const known = new Set(signature.fields.map((field) => field.name))
  const elementTypes = new Map(signature.tensors.map((tensor) => [tensor.name, tensor.elementType]))
  const refuse = (path: string, rule: string, message: string) => fit.problems.push({ path, rule, message })

  for (const name of Object.keys(mapping.fields)) {
    if (!known.has(name)) refuse(`mapping.fields.${name}`, 'unknown-field', `The model has no field ${name}.`)
  }
  for (const field of signature.fields) {
    const name = Object.hasOwn(mapping.fields, field.name) ? mapping.fields[field.name] : undefined
    const path = `mapping.fields.${field.name}`
    if (name === undefined) {
      if (isNeeded(field)) refuse(path, 'required', `${field.displayName} (${field.name}) is required and has no column: every row would be rejected.`)
      else fit.warnings.push(`${field.displayName} (${field.name}) has no column and counts as missing in every row.`)
      continue
    }
    const column = byName.get(name)
    if (!column) refuse(path, 'column', `The source has no column “${name}”.`)
    else if (column.guessedType === 'empty') fit.warnings.push(`The column “${name}” is empty in the first rows.`)
    else if (!takes(elementTypes.get(field.tensor) ?? 'float32', field, column)) {
      fit.warnings.push(`${field.displayName} (${field.name}) takes ${wanted(elementTypes.get(field.tensor) ?? 'float32', field)}; the column “${name}” looks like ${LOOKS[column.guessedType]}. Rows where it does not fit are rejected.`)
    }
  }
  for (const [path, name] of [['mapping.subject', mapping.subject] as const, ...mapping.keep.map((one) => ['mapping.keep', one] as const)]) {
    if (name !== null && !byName.has(name)) refuse(path, 'column', `The source has no column “${name}”.`)
  }
  return fit
}

function isNeeded(field: Field): boolean {
  return field.isRequired || !field.mayBeMissing
}

const LOOKS = { number: 'numbers', integer: 'whole numbers', boolean: 'true and false', text: 'text', empty: 'nothing' }

function wanted(elementType: string, field: Field): string {
  if (elementType === 'string') return 'text'
  if (elementType === 'bool') return 'true or false'
  return elementType.includes('int') || field.type === 'integer' ? 'whole numbers' : 'numbers'
}

function takes(elementType: string, field: Field, { guessedType }: Column): boolean {
  if (elementType === 'string') return true
  if (elementType === 'bool') return guessedType === 'boolean' || guessedType === 'integer'
  if (elementType.includes('int') || field.type === 'integer') return guessedType === 'integer'
  return guessedType === 'number' || guessedType === 'integer'
}

/** Of the first rows, as text by column: why each would be rejected; null where it would be scored. */
export function sampleRejections(signature: Signature, mapping: BatchMapping, source: Pick<BatchInspection, 'columns' | 'sample' | 'separator'>): (string | null)[] {
  const { columns, sample, separator } = source
  const validate = compileValidator(signature)
  const elementTypes = new Map(signature.tensors.map((tensor) => [tensor.name, tensor.elementType]))
  const places = new Map(columns.map((column, index) => [column.name, index]))
  return sample.map((cells) => {
    const row: Record<string, unknown> = {}
    for (const field of signature.fields) {
      const place = places.get(mapping.fields[field.name] ?? '')
      row[field.name] = place === undefined ? null : cellValue(elementTypes.get(field.tensor) ?? 'float32', cells[place] ?? null, separator === ';')
    }
    const problems: FieldProblem[] = []
    validate(row, 'row', problems)
    return problems.length === 0 ? null : problems.map((problem) => problem.message).join(' ')
  })
}

/** As the engine reads a cell; what the field does not take stays as it came, for the validator to name. */
function cellValue(elementType: string, text: string | null, hasDecimalComma: boolean): unknown {
  if (text === null || text === '') return null
  if (elementType === 'string') return text
  const value = elementType === 'bool' ? booleanOfText(text) : numberOfText(text, hasDecimalComma)
  return value === undefined ? text : value
}
