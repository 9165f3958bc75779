/**
 * A graph as a program over one row: every value of the graph is a run of cells in a register file, and every operator
 * a step that writes its output's cells. Rows are independent in all operators known here.
 */
import type { GraphNode, TensorData } from '../graph'
import { numbersIn } from '../graph'

export type CellType = 'float32' | 'float64' | 'integer' | 'boolean' | 'text'

/** One value of the graph, for one row. */
export interface Wire {
  type: CellType
  /** Its first cell, among the texts or among the numbers. */
  start: number
  size: number
  /** The sizes after the rows; their product is `size`. */
  tail: readonly number[]
  /** For each cell the raw fields it is computed from, ascending. */
  fields: readonly (readonly number[])[]
}

/** Writes cells. The same arrays every time: a step may keep nothing of one row. */
export type Step = (numbers: Float64Array, texts: string[]) => void

/** What a graph does that is not followed here; the message says it in a few words. */
export class UnsupportedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnsupportedError'
  }
}

/** A constant, or a wire. */
export type Operand = { wire: Wire; constant: null } | { wire: null; constant: TensorData }

/** The most cells one row may need: real pipelines need thousands. */
const MOST_CELLS = 1_000_000

export class ProgramBuilder {
  readonly steps: Step[] = []
  readonly wires = new Map<string, Wire>()
  numberCount = 0
  textCount = 0

  constructor(
    readonly constants: ReadonlyMap<string, TensorData>,
    /** Versions of the operator sets, by domain. */
    readonly opsets: Readonly<Record<string, number>>,
  ) {}

  /** @throws UnsupportedError where it is neither computed here nor constant. */
  operand(node: GraphNode, index: number): Operand {
    const name = node.inputs[index] ?? ''
    const wire = this.wires.get(name)
    if (wire) return { wire, constant: null }
    const constant = this.constants.get(name)
    if (constant) return { wire: null, constant }
    throw new UnsupportedError(`${node.opType} needs its input ${index}`)
  }

  /** @throws UnsupportedError where it is not computed from the row. */
  input(node: GraphNode, index = 0): Wire {
    const { wire } = this.operand(node, index)
    if (!wire) throw new UnsupportedError(`${node.opType} of a constant`)
    return wire
  }

  numeric(node: GraphNode, index = 0): Wire {
    const wire = this.input(node, index)
    if (wire.type === 'text') throw new UnsupportedError(`${node.opType} of texts`)
    return wire
  }

  /** The numbers of a constant input; null where there is none. */
  numbers(node: GraphNode, index: number): number[] | null {
    const name = node.inputs[index] ?? ''
    if (name === '') return null
    const constant = this.constants.get(name)
    const found = constant ? numbersIn(constant) : null
    if (!found) throw new UnsupportedError(`${node.opType} whose input ${index} is not constant`)
    return found
  }

  allocate(type: CellType, tail: readonly number[], fields: Wire['fields']): Wire {
    const size = tail.reduce((product, length) => product * length, 1)
    const start = type === 'text' ? this.textCount : this.numberCount
    if (type === 'text') this.textCount += size
    else this.numberCount += size
    if (this.numberCount + this.textCount > MOST_CELLS)
      throw new UnsupportedError(`more than ${MOST_CELLS} cells a row`)
    return { type, start, size, tail, fields }
  }

  /** Names a wire as an output of the node. */
  name(node: GraphNode, wire: Wire, index = 0): Wire {
    const name = node.outputs[index]
    if (name) this.wires.set(name, wire)
    return wire
  }

  output(node: GraphNode, type: CellType, tail: readonly number[], fields: Wire['fields']): Wire {
    return this.name(node, this.allocate(type, tail, fields))
  }

  /** The cells `from` of a wire, in this order, as an output of the node. */
  pick(node: GraphNode, wire: Wire, from: readonly number[], tail: readonly number[], index = 0): Wire {
    const fields = from.map((cell) => wire.fields[cell] ?? [])
    const start = wire.start + (from[0] ?? 0)
    // A run of cells stays where it is.
    if (from.every((cell, place) => wire.start + cell === start + place)) {
      return this.name(node, { type: wire.type, start, size: from.length, tail, fields }, index)
    }
    const out = this.name(node, this.allocate(wire.type, tail, fields), index)
    const sources = Int32Array.from(from, (cell) => wire.start + cell)
    this.steps.push(wire.type === 'text' ? copyTexts(sources, out.start) : copyNumbers(sources, out.start))
    return out
  }
}

export function copyNumbers(sources: Int32Array, start: number): Step {
  return (numbers) => {
    for (let cell = 0; cell < sources.length; cell++) numbers[start + cell] = numbers[sources[cell] as number] as number
  }
}

export function copyTexts(sources: Int32Array, start: number): Step {
  return (_, texts) => {
    for (let cell = 0; cell < sources.length; cell++) texts[start + cell] = texts[sources[cell] as number] as string
  }
}

/** Rounds as the tensor's element type stores. */
export function roundingOf(type: CellType): (value: number) => number {
  return type === 'float32' ? Math.fround : (value) => value
}

export function allFields(wires: readonly Wire[]): number[] {
  const found = new Set<number>()
  for (const wire of wires) for (const fields of wire.fields) for (const field of fields) found.add(field)
  return [...found].sort((a, b) => a - b)
}
