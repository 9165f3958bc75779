// What a version's inputs are called and where their values go, worked out once per version.
import type { Signature } from '@/lib/registry/contract'
import type { ServedVersion } from '@/lib/serving/routing'
import { nearestName } from '@/lib/serving/rules/nearest-name'
import { invalidTensors } from './problem'

export interface Column {
  name: string
  /** How a text in a matrix of texts is read. */
  takes: 'text' | 'number' | 'flag'
}

export interface InputLayout {
  /** The fields in the signature's order: the columns of a single matrix. */
  all: readonly Column[]
  byField: ReadonlyMap<string, readonly Column[]>
  /** By the names of the graph's own inputs. */
  byTensor: ReadonlyMap<string, readonly Column[]>
}

const known = new WeakMap<ServedVersion, InputLayout>()

export function inputLayoutOf(version: ServedVersion): InputLayout {
  let layout = known.get(version)
  if (!layout) known.set(version, (layout = compileInputs(version.signature)))
  return layout
}

export function compileInputs({ fields, tensors }: Pick<Signature, 'fields' | 'tensors'>): InputLayout {
  const elements = new Map(tensors.map((tensor) => [tensor.name, tensor.elementType]))
  const all = fields.map(({ name, tensor }): Column => {
    const element = elements.get(tensor)
    return { name, takes: element === 'string' ? 'text' : element === 'bool' ? 'flag' : 'number' }
  })
  const byName = new Map(all.map((column) => [column.name, column]))
  return {
    all,
    byField: new Map(all.map((column) => [column.name, [column]])),
    byTensor: new Map(tensors.map((tensor) => [tensor.name, tensor.fields.flatMap((name) => byName.get(name) ?? [])])),
  }
}

/**
 * The columns of an input: a field's own, those of one of the graph's inputs, or, for a single input of any other name, all.
 * @param width values in each row
 */
export function columnsOf(layout: InputLayout, input: string, width: number, isOnly: boolean): readonly Column[] {
  const named = layout.byField.get(input)
  if (named?.length === width) return named
  const tensor = layout.byTensor.get(input)
  if (tensor?.length === width) return tensor
  if (isOnly && layout.all.length === width) return layout.all
  const wanted = tensor ?? named ?? (isOnly ? layout.all : undefined)
  if (wanted) {
    throw invalidTensors(`${input} has ${width} values in each row, where the model takes ${wanted.length}: ${namesOf(wanted)}. Its shape must be [rows, ${wanted.length}].`)
  }
  const names = [...new Set([...layout.byField.keys(), ...layout.byTensor.keys()])]
  const nearest = nearestName(input, names)
  throw invalidTensors(`The model has no input ${input}.${nearest === undefined ? ` Its inputs are ${namesOf(layout.all)}.` : ` Did you mean ${nearest}?`}`)
}

function namesOf(columns: readonly Column[]): string {
  const shown = columns.slice(0, 10).map((column) => column.name).join(', ')
  return columns.length > 10 ? `${shown} and ${columns.length - 10} more` : shown
}
