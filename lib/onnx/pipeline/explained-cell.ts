/** Which number of the graph's outputs the explanation is of. */
import type { ClassName } from '../classes'
import type { ModelFile } from '../graph'
import type { GraphSignature } from '../signature-types'
import { UnsupportedError } from './builder'

export interface ExplainedCell {
  answers: 'probability' | 'value'
  /** The value of the graph, and the cell of it within a row. */
  value: string
  cell: number
  /** The graph gives the other class's probability only. */
  isComplement: boolean
}

/** @throws UnsupportedError where there is no such number */
export function explainedValue(model: ModelFile, signature: GraphSignature): Pick<ExplainedCell, 'answers' | 'value'> {
  const named = (role: string) => signature.outputs.find((output) => output.role === role)
  const value = named('value')
  if (value) return { answers: 'value', value: unzipped(model, value.name) }
  const probabilities = named('probabilities')
  if (!probabilities) throw new UnsupportedError('an answer that is only a label')
  return { answers: 'probability', value: unzipped(model, probabilities.name) }
}

/** @param size cells of the value in one row. @throws UnsupportedError where the class is not among them */
export function explainedCell(
  found: Pick<ExplainedCell, 'answers' | 'value'>,
  size: number,
  signature: GraphSignature,
  explainedClass?: ClassName,
): ExplainedCell {
  if (found.answers === 'value') return { ...found, cell: 0, isComplement: false }
  const wanted = explainedClass ?? signature.positiveClass
  if (wanted === undefined) throw new UnsupportedError('several classes of which none is named')
  const classes = signature.classes ?? []
  const index = classes.findIndex((name) => String(name) === String(wanted))
  // One probability for two classes is the second one's (as decode.ts reads it).
  const isSingle = classes.length === 2 && size === 1
  if (index < 0 || (!isSingle && index >= size)) {
    throw new UnsupportedError(`a class ${JSON.stringify(String(wanted))} that the model does not have`)
  }
  return { ...found, cell: isSingle ? 0 : index, isComplement: isSingle && index === 0 }
}

/** A ZipMap's input: the same numbers as a matrix. */
function unzipped(model: ModelFile, name: string): string {
  const maker = model.graph.nodes.find((node) => node.outputs.includes(name))
  return maker?.opType === 'ZipMap' ? (maker.inputs[0] ?? name) : name
}
