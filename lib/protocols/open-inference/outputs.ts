// The output tensors of answered rows: all of the version's, or those that were asked for.
import type { ServedRow } from '@/lib/serving/commands'
import { nearestName } from '@/lib/serving/rules/nearest-name'
import type { OutputTensor, RequestedOutput, TensorValue } from './contract'
import { classesOf, outputLayoutOf, probabilitiesOf, tensorOf, type AnsweredRow, type OutputColumn } from './output-layout'
import { invalidTensors } from './problem'

/** Refuses an output that the version does not have, before anything is run and logged. */
export function columnsFor(layout: readonly OutputColumn[], requested: readonly RequestedOutput[] | null): { column: OutputColumn; classification: number }[] {
  if (requested === null) return layout.map((column) => ({ column, classification: 0 }))
  return requested.map(({ name, classification }) => {
    const column = layout.find((one) => one.name === name)
    if (!column) throw unknownOutput(name, layout)
    if (classification > 0 && column.role !== 'probabilities') throw invalidTensors(`${name} has no classes to classify by.`)
    return { column, classification }
  })
}

function unknownOutput(name: string, layout: readonly OutputColumn[]): Error {
  const names = layout.map((column) => column.name)
  const nearest = nearestName(name, names)
  return invalidTensors(`The model has no output ${name}.${nearest === undefined ? ` Its outputs are ${names.join(', ')}.` : ` Did you mean ${nearest}?`}`)
}

/** Of rows that may have been answered by several versions of a release: they are told in the words of the first. */
export function outputsOf(rows: readonly ServedRow[], requested: readonly RequestedOutput[] | null): OutputTensor[] {
  const [first] = rows
  if (!first) return []
  const layout = outputLayoutOf(first.version)
  // What was asked for was there when the call came in; another version may have taken over since.
  const asked = requested?.filter(({ name }) => layout.some((column) => column.name === name)) ?? null
  return columnsFor(layout, asked).flatMap(({ column, classification }) => {
    const tensor = classification > 0 ? classified(column, rows, classification) : tensorOf(column, rows)
    return tensor ?? []
  })
}

/** Triton's classification extension: `value:index:class` of the likeliest classes of each row. */
function classified(column: OutputColumn, rows: readonly AnsweredRow[], count: number): OutputTensor | null {
  const tensor = probabilitiesOf(column, rows)
  if (!tensor) return null
  const classes = classesOf(column, rows)
  const kept = Math.min(count, classes.length)
  const values: TensorValue[] = []
  for (let row = 0; row < rows.length; row++) {
    const own = tensor.values.slice(row * classes.length, (row + 1) * classes.length)
    const order = own.map((_, index) => index).sort((a, b) => Number(own[b]) - Number(own[a]) || a - b)
    for (const index of order.slice(0, kept)) values.push(`${own[index] ?? 'NaN'}:${index}:${classes[index]}`)
  }
  return { name: tensor.name, datatype: 'BYTES', shape: [rows.length, kept], values }
}
