/** What a model takes and gives, in the caller's words: read from the graph, named with the help of hints. */
import { classesInMetadata, originsOf, type ClassName } from './classes'
import { traceColumns, type Column } from './columns'
import { fieldNames } from './field-names'
import { fedInputs, type ElementType, type ModelFile, type ValueInfo } from './graph'
import { ModelFileError, quoted } from './model-file-error'
import { readOutputs, type OutputReading } from './signature-outputs'
import type { FieldType, GraphSignature, SignatureField, SignatureHints, SignatureTensor } from './signature-types'

export type * from './signature-types'

const TYPES: Partial<Record<ElementType, FieldType>> = {
  float32: 'number',
  float64: 'number',
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'integer',
  uint8: 'integer',
  uint16: 'integer',
  uint32: 'integer',
  uint64: 'integer',
  bool: 'boolean',
  string: 'text',
}

/** @throws ModelFileError where rows of fields cannot be fed, no answer can be read, or a hint does not fit. */
export function readSignature(model: ModelFile, hints: SignatureHints = {}): GraphSignature {
  const inputs = fedInputs(model.graph)
  if (inputs.length === 0) {
    throw new ModelFileError(
      'unsupported-input',
      'The graph has no input, so it answers the same to everyone: export the model with its inputs.',
    )
  }
  const shapes = inputs.map((input) => inputShape(input))
  const names = fieldNames(
    inputs.map((input, index) => ({ name: input.name, columns: shapes[index]?.columns ?? null })),
    hints.featureOrder,
    model.metadata,
  )
  const fields: SignatureField[] = []
  const tensors: SignatureTensor[] = []
  const columns = new Map<string, Column[]>()
  inputs.forEach((input, index) => {
    const shape = shapes[index]
    const own = names[index]
    if (!shape || !own) return
    const type = TYPES[shape.elementType] ?? 'number'
    const mayBeMissing = type === 'number' || type === 'text'
    const start = fields.length
    columns.set(
      input.name,
      own.map((_, column) => ({ fields: [start + column], raw: start + column, carriesNaN: type === 'number' })),
    )
    own.forEach((name, column) => fields.push({ name, type, tensor: input.name, column, mayBeMissing }))
    tensors.push({ name: input.name, elementType: shape.elementType, shape: shape.shape, fields: own })
  })

  const trace = traceColumns(model.graph, columns)
  fields.forEach((field, index) => {
    const categories = trace.categories.get(index)
    if (categories) field.categories = [...categories]
    if (field.type === 'text' && categories) field.type = 'category'
    if (field.type === 'number' && trace.integerFields.has(index)) field.type = 'integer'
    if (trace.needed.has(index)) field.mayBeMissing = false
  })

  const { outputs, task, classes, positiveClass } = readAnswer(model, hints)
  return {
    fields,
    tensors,
    outputs,
    task,
    ...(classes ? { classes } : {}),
    ...(positiveClass === undefined ? {} : { positiveClass }),
    rowsPerRun: rowsPerRun(tensors),
  }
}

function readAnswer(model: ModelFile, hints: SignatureHints): OutputReading & { positiveClass?: ClassName } {
  const reading = readOutputs(model.graph, originsOf(model.graph), { ...hints, known: classesInMetadata(model) })
  const { classes, task } = reading
  const wanted = hints.positiveClass
  if (wanted === undefined) {
    const second = task === 'binary' ? classes?.[1] : undefined
    return second === undefined ? reading : { ...reading, positiveClass: second }
  }
  const positiveClass = classes?.find((name) => String(name) === String(wanted))
  if (positiveClass === undefined) {
    throw new ModelFileError(
      'hints',
      `The positive class ${quoted(String(wanted))} is not one of the model's classes: name one of ${quoted((classes ?? []).join(', '))}.`,
    )
  }
  return { ...reading, positiveClass }
}

function inputShape(input: ValueInfo): { elementType: ElementType; shape: (number | null)[]; columns: number | null } {
  const name = quoted(input.name)
  if (input.type.kind !== 'tensor') {
    throw new ModelFileError(
      'unsupported-input',
      `The input ${name} is a ${input.type.kind}, not a tensor: export the model with plain columns as inputs.`,
    )
  }
  const { elementType, shape } = input.type
  if (TYPES[elementType] === undefined) {
    throw new ModelFileError(
      'unsupported-input',
      `The input ${name} is of a type (${elementType}) that rows cannot be given in: export it as float32, int64 or string.`,
    )
  }
  if (shape === null) return { elementType, shape: [null, null], columns: null }
  if (shape.length === 0) {
    throw new ModelFileError(
      'unsupported-input',
      `The input ${name} is a single value without rows: export it with the shape [N, columns].`,
    )
  }
  const tail = shape.slice(1)
  if (tail.length > 1 && tail.includes(null)) {
    throw new ModelFileError(
      'unsupported-input',
      `The input ${name} has several sizes that vary: export it with the shape [N, columns].`,
    )
  }
  const columns = tail.includes(null) ? null : tail.reduce<number>((product, size) => product * (size ?? 1), 1)
  return { elementType, shape, columns }
}

function rowsPerRun(tensors: readonly SignatureTensor[]): number | null {
  const fixed = new Set(tensors.map((tensor) => tensor.shape[0] ?? null).filter((size) => size !== null))
  if (fixed.size > 1) {
    throw new ModelFileError(
      'unsupported-input',
      'The inputs have different fixed numbers of rows: export the model with a variable first size.',
    )
  }
  return [...fixed][0] ?? null
}
