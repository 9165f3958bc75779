// Whether rows are what the model takes, column by column. Only rows that may not be are looked at one by one, by the same
// validator that checks a call of the API: a rejected row gets the sentence that a caller would.
import { compileEncoder, EncodeError } from '@/lib/onnx/encode'
import type { FieldProblem } from '@/lib/platform/errors'
import type { Field, Signature } from '@/lib/registry/contract'
import { compileValidator, LONGEST_TEXT } from '@/lib/serving/rules/validation'
import { recordAt, type Chunk, type FieldColumn } from '../columns'

/** By row, why it is rejected. */
export type ColumnCheck = (chunk: Chunk) => Map<number, string>

const LARGEST_FLOAT32 = 3.4028234663852886e38

/** Marks every row whose value might be refused. */
type Mark = (column: FieldColumn, rows: number, suspects: Set<number>) => void

export function compileColumnCheck(signature: Signature): ColumnCheck {
  const types = new Map(signature.tensors.map((tensor) => [tensor.name, tensor.elementType]))
  const marks = signature.fields.map((field) => compileMark(field, types.get(field.tensor) ?? 'float32'))
  const validate = compileValidator(signature)
  const encoder = compileEncoder(signature)
  return (chunk) => {
    const suspects = new Set<number>(chunk.broken.keys())
    chunk.fields.forEach((column, index) => {
      for (const row of column.wrong.keys()) if (row < chunk.rows) suspects.add(row)
      marks[index]?.(column, chunk.rows, suspects)
    })
    const rejected = new Map<number, string>()
    for (const row of [...suspects].sort((a, b) => a - b)) {
      const reason = chunk.broken.get(row) ?? reasonOf(recordAt(chunk.fields, row))
      if (reason !== null) rejected.set(row, reason)
    }
    return rejected
  }

  function reasonOf(record: Record<string, unknown>): string | null {
    const problems: FieldProblem[] = []
    validate(record, 'row', problems)
    if (problems.length > 0) return problems.map(({ message }) => message).join(' ')
    try {
      encoder.encode([record])
      return null
    } catch (error) {
      if (error instanceof EncodeError) return `${error.message}.`
      throw error
    }
  }
}

function compileMark(field: Field, elementType: string): Mark {
  const isFloat = elementType === 'float32' || elementType === 'float64'
  // Only floats and texts have a value that means missing.
  const mayBeMissing = field.mayBeMissing && !field.isRequired && (isFloat || elementType === 'string')
  const closed = closedSet(field)
  if (elementType === 'string') return markTexts(mayBeMissing, closed)
  if (elementType === 'bool') return (column, rows, suspects) => markMissing(column, rows, suspects)
  const [lowest, highest] = rangeOf(elementType)
  const min = Math.max(field.min ?? -Infinity, lowest)
  const max = Math.min(field.max ?? Infinity, highest)
  const mustBeWhole = !isFloat || field.type === 'integer'
  return ({ numbers }, rows, suspects) => {
    for (let row = 0; row < rows; row++) {
      const value = numbers[row] as number
      if (value >= min && value <= max) {
        if (mustBeWhole && !Number.isInteger(value)) suspects.add(row)
        else if (closed !== null && !closed.has(String(value))) suspects.add(row)
      } else if (!mayBeMissing || !Number.isNaN(value)) suspects.add(row)
    }
  }
}

function markTexts(mayBeMissing: boolean, closed: ReadonlySet<string> | null): Mark {
  return ({ texts }, rows, suspects) => {
    for (let row = 0; row < rows; row++) {
      const text = texts[row] as string | null
      if (text === null ? !mayBeMissing : text.length > LONGEST_TEXT || (closed !== null && !closed.has(text))) suspects.add(row)
    }
  }
}

function markMissing({ numbers }: FieldColumn, rows: number, suspects: Set<number>): void {
  for (let row = 0; row < rows; row++) if (Number.isNaN(numbers[row])) suspects.add(row)
}

/** No wider than the validator's; of 64 bits what a number holds exactly. */
function rangeOf(elementType: string): [lowest: number, highest: number] {
  if (elementType === 'float32') return [-LARGEST_FLOAT32, LARGEST_FLOAT32]
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(elementType) ?? []
  if (bits === undefined) return [-Number.MAX_VALUE, Number.MAX_VALUE]
  const values = 2 ** Number(bits)
  const [lowest, highest] = unsigned === 'u' ? [0, values - 1] : [-values / 2, values / 2 - 1]
  return [Math.max(lowest, Number.MIN_SAFE_INTEGER), Math.min(highest, Number.MAX_SAFE_INTEGER)]
}

function closedSet(field: Field): ReadonlySet<string> | null {
  const categories = [...(field.categories ?? []), ...Object.keys(field.categoryLabels ?? {})]
  return field.isClosed && categories.length > 0 ? new Set(categories) : null
}
