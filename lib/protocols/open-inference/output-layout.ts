// What a version's outputs are called and how an answer fills them, worked out once per version.
import type { ClassName } from '@/lib/onnx/classes'
import type { Answer } from '@/lib/onnx/decode'
import type { SignatureOutput } from '@/lib/onnx/signature-types'
import type { Signature } from '@/lib/registry/contract'
import type { ServedVersion } from '@/lib/serving/routing'
import { ID_OUTPUT, type Datatype, type OutputTensor, type TensorValue } from './contract'
import { DATATYPES, datatypeOf } from './datatypes'

export interface OutputColumn {
  name: string
  role: 'label' | 'probabilities' | 'value' | 'id'
  datatype: Datatype
  /** After the rows; -1 where the model leaves it open. */
  tail: readonly number[]
  /** Of probabilities: whose they are, in order. One for the two classes of a model that gives only the second's. */
  classes: readonly ClassName[]
}

/** What is answered for one row. */
export interface AnsweredRow {
  id: string
  answer: Answer
}

const known = new WeakMap<ServedVersion, readonly OutputColumn[]>()

export function outputLayoutOf(version: ServedVersion): readonly OutputColumn[] {
  let layout = known.get(version)
  if (!layout) known.set(version, (layout = compileOutputs(version.signature)))
  return layout
}

type OutputSignature = Pick<Signature, 'outputs' | 'classes' | 'task'>

/** The graph's own outputs that are served, then the predictions' ids. */
export function compileOutputs(signature: OutputSignature): readonly OutputColumn[] {
  const own = (['label', 'probabilities', 'value'] as const).flatMap((role) => {
    const output = signature.outputs.find((one) => one.role === role && one.isServable)
    return output ? [columnOf(role, output, signature)] : []
  })
  const columns = own.length > 0 ? own : unnamed(signature)
  return [...columns, { name: freeName(ID_OUTPUT, columns), role: 'id', datatype: 'BYTES', tail: [], classes: [] }]
}

function columnOf(role: 'label' | 'probabilities' | 'value', { name, elementType, shape }: SignatureOutput, signature: OutputSignature): OutputColumn {
  const datatype = datatypeOf(elementType)
  const tail = shape.slice(1).map((size) => size ?? -1)
  if (role !== 'probabilities') return { name, role, datatype, tail, classes: [] }
  const classes = signature.classes ?? []
  const [, second] = classes
  const isSingle = classes.length === 2 && second !== undefined && tail.every((size) => size === 1)
  return isSingle ? { name, role, datatype, tail, classes: [second] } : { name, role, datatype, tail: [classes.length || -1], classes }
}

/** Of a version whose file names no outputs: one that runs somewhere else. */
function unnamed({ task, classes = [] }: OutputSignature): OutputColumn[] {
  if (task === 'regression') return [{ name: 'value', role: 'value', datatype: 'FP64', tail: [1], classes: [] }]
  const isNumbered = classes.length > 0 && classes.every((one) => typeof one === 'number' && Number.isInteger(one))
  return [
    { name: 'label', role: 'label', datatype: isNumbered ? 'INT64' : 'BYTES', tail: [], classes: [] },
    { name: 'probabilities', role: 'probabilities', datatype: 'FP64', tail: [classes.length || -1], classes },
  ]
}

function freeName(name: string, columns: readonly OutputColumn[]): string {
  return columns.some((column) => column.name === name) ? freeName(`${name}_`, columns) : name
}

/** The tensor of one output; null where the answers have nothing for it. */
export function tensorOf(column: OutputColumn, rows: readonly AnsweredRow[]): OutputTensor | null {
  const { name } = column
  if (column.role === 'id') return { name, datatype: 'BYTES', shape: [rows.length], values: rows.map((row) => row.id) }
  if (column.role === 'probabilities') return probabilitiesOf(column, rows)
  const values = rows.map(({ answer }) => (column.role === 'label' ? answer.label : answer.value) ?? null)
  if (values.every((value) => value === null)) return null
  return { name, ...fitting(column.datatype, values), shape: [rows.length, ...column.tail.map((size) => Math.abs(size))] }
}

export function probabilitiesOf(column: OutputColumn, rows: readonly AnsweredRow[]): OutputTensor | null {
  const classes = classesOf(column, rows)
  if (classes.length === 0) return null
  const values: TensorValue[] = []
  for (const { answer } of rows) {
    const { probabilities } = answer
    for (const one of classes) values.push(probabilities && Object.hasOwn(probabilities, one) ? (probabilities[one] ?? null) : null)
  }
  const tail = column.classes.length === 1 ? column.tail : [classes.length]
  return { name: column.name, datatype: column.datatype, shape: [rows.length, ...tail], values }
}

/** As text; those of the first answer where the signature names none. */
export function classesOf(column: OutputColumn, rows: readonly AnsweredRow[]): string[] {
  return column.classes.length > 0 ? column.classes.map(String) : Object.keys(rows[0]?.answer.probabilities ?? {})
}

/** The datatype that takes these values: a fallback may answer what the model's own tensor cannot say, and is never rounded. */
function fitting(datatype: Datatype, values: TensorValue[]): Pick<OutputTensor, 'datatype' | 'values'> {
  const { kind, lowest, highest } = DATATYPES[datatype]
  if (kind === 'text') return asTexts(values)
  let isFitting = true
  for (const value of values) {
    if (typeof value === 'string' || (value === null && kind !== 'float')) return asTexts(values)
    if (kind !== 'float') isFitting &&= Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest
  }
  if (!isFitting) return { datatype: 'FP64', values }
  return { datatype, values: kind === 'flag' ? values.map((value) => value === 1) : values }
}

function asTexts(values: readonly TensorValue[]): Pick<OutputTensor, 'datatype' | 'values'> {
  return { datatype: 'BYTES', values: values.map((value) => (value === null ? null : String(value))) }
}
