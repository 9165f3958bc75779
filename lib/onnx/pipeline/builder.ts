/**
 * A graph as a program over one row: every value of the graph is a run of cells in a register file, and every operator
 * a step that writes its output's cells. Rows are independent in all operators known here. What a file may cost is
 * bounded in three ways, whatever its graph: cells, work for compiling it, and work for one row.
 */
import type { GraphNode, TensorData } from '../graph'
import { numbersIn } from '../graph'
import type { Form } from './forms'

export type CellType = 'float32' | 'float64' | 'integer' | 'boolean' | 'text'

/** What is known of one cell of a value, the same for every row. */
export interface Cell {
  /** The raw fields it is computed from, ascending. */
  fields: readonly number[]
  /** The operators that changed it on its way, first one first, where one field's value went straight. */
  by: readonly string[]
  /** The category that it is one for, behind a OneHotEncoder. */
  category?: string
  /** How it is made of sums that can be explained exactly; else why not, as a part of a sentence. */
  form: Form | string
}

/** One value of the graph, for one row. */
export interface Wire {
  type: CellType
  /** Its first cell, among the texts or among the numbers. */
  start: number
  size: number
  /** The sizes of all axes but the rows'; their product is `size`. */
  tail: readonly number[]
  /** Where the rows' axis stands among the others: 0 but for values turned on their way, such as [1, N, 2]. */
  rowAxis: number
  /** [1, N * k], row after row, as ArrayFeatureExtractor gives it; only a Reshape can make something of it. */
  isFlat?: boolean
  cells: readonly Cell[]
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

/** A shape that is computed: null stands for the number of rows. */
export type ComputedShape = readonly (number | null)[]

/** The most cells one row may need: real pipelines need thousands. */
const MOST_CELLS = 1_000_000
/** Cells, fields and terms looked at while compiling: real pipelines take thousands to a few hundred thousand. */
const MOST_COMPILING = 10_000_000
/** Additions, comparisons and copies for one row; 1,000 trees of depth 10 take 10,000. A tenth of a second. */
const MOST_WORK = 20_000_000

export class ProgramBuilder {
  readonly steps: Step[] = []
  readonly wires = new Map<string, Wire>()
  readonly shapes = new Map<string, ComputedShape>()
  numberCount = 0
  textCount = 0
  private cores = 0
  private compiling = 0
  private work = 0

  constructor(
    /** Joined by what is computed from constants alone. */
    readonly constants: Map<string, TensorData>,
    /** Versions of the operator sets, by domain. */
    readonly opsets: Readonly<Record<string, number>>,
  ) {}

  /** @throws UnsupportedError where the graph costs more than any real one. */
  spend(cost: number): void {
    this.compiling += cost
    if (!(this.compiling <= MOST_COMPILING)) throw new UnsupportedError('a graph that grows beyond all real ones')
  }

  /** A number for a model within the graph. */
  newCore(): number {
    return (this.cores += 1)
  }

  /** @param work what it does for one row, in cells or additions */
  step(work: number, step: Step): void {
    this.work += work
    if (!(this.work <= MOST_WORK)) throw new UnsupportedError(`more than ${MOST_WORK} steps of work a row`)
    this.steps.push(step)
  }

  /** @throws UnsupportedError where it is neither computed here nor constant. */
  operand(node: GraphNode, index: number): Operand {
    const name = node.inputs[index] ?? ''
    const wire = this.wires.get(name)
    if (wire) return { wire, constant: null }
    const constant = this.constants.get(name)
    if (constant) return { wire: null, constant }
    throw new UnsupportedError(`${node.opType} needs its input ${index}`)
  }

  /** A value of whatever axes. @throws UnsupportedError where it is not computed from the row. */
  turned(node: GraphNode, index = 0): Wire {
    const { wire } = this.operand(node, index)
    if (!wire) throw new UnsupportedError(`${node.opType} of a constant`)
    if (wire.isFlat && node.opType !== 'Reshape') throw new UnsupportedError(`${node.opType} of rows in one line`)
    return wire
  }

  /** A value whose first axis is the rows'. */
  input(node: GraphNode, index = 0): Wire {
    const wire = this.turned(node, index)
    if (wire.rowAxis !== 0) throw new UnsupportedError(`${node.opType} of a value whose rows are not its first axis`)
    return wire
  }

  numeric(node: GraphNode, index = 0): Wire {
    return numbersOnly(node, this.input(node, index))
  }

  /** The numbers of a constant input; null where there is none. */
  numbers(node: GraphNode, index: number): number[] | null {
    const name = node.inputs[index] ?? ''
    if (name === '') return null
    const constant = this.constants.get(name)
    const found = constant ? numbersIn(constant) : null
    if (!found) throw new UnsupportedError(`${node.opType} whose input ${index} is not constant`)
    this.spend(found.length)
    return found
  }

  /** A shape, constant or computed; null where there is none. */
  shape(node: GraphNode, index: number): ComputedShape | null {
    return this.shapes.get(node.inputs[index] ?? '') ?? this.numbers(node, index)
  }

  allocate(type: CellType, tail: readonly number[], cells: readonly Cell[], rowAxis = 0): Wire {
    const size = product(tail)
    const start = type === 'text' ? this.textCount : this.numberCount
    if (type === 'text') this.textCount += size
    else this.numberCount += size
    if (!(this.numberCount + this.textCount <= MOST_CELLS))
      throw new UnsupportedError(`more than ${MOST_CELLS} cells a row`)
    return { type, start, size, tail, rowAxis, cells }
  }

  /** Names a constant as the output of a node that looks at constants alone. */
  constant(
    node: GraphNode,
    values: TensorData['values'],
    elementType: TensorData['elementType'],
    dims: number[],
  ): void {
    this.spend(values.length + 1)
    const name = node.outputs[0] ?? ''
    this.constants.set(name, { name, elementType, dims, values })
  }

  /** Names a wire as an output of the node. */
  name(node: GraphNode, wire: Wire, index = 0): Wire {
    this.spend(wire.size + 1)
    const name = node.outputs[index]
    if (name) this.wires.set(name, wire)
    return wire
  }

  output(node: GraphNode, type: CellType, tail: readonly number[], cells: readonly Cell[], rowAxis = 0): Wire {
    this.spend(product(tail))
    return this.name(node, this.allocate(type, tail, cells, rowAxis))
  }

  /** The cells of one value, each changed for itself by this node. */
  changed(node: GraphNode, wire: Wire): Cell[] {
    this.spend(wire.size)
    return wire.cells.map((cell) => changedBy(node, cell))
  }

  /** A cell that is computed from all of these. */
  joined(node: GraphNode, cells: readonly Cell[]): Cell {
    this.spend(cells.length + 1)
    const fields = this.fieldsOf(cells)
    const by = fields.length === 1 ? extended(longest(cells), node.opType) : []
    return { fields, by, form: `the answer comes from ${node.opType}` }
  }

  private fieldsOf(cells: readonly Cell[]): readonly number[] {
    const [first] = cells
    if (first && cells.every((cell) => cell.fields === first.fields)) return first.fields
    const found = new Set<number>()
    for (const { fields } of cells) {
      this.spend(fields.length + 1)
      for (const field of fields) found.add(field)
    }
    return [...found].sort((a, b) => a - b)
  }

  /** The cells `from` of a wire, in this order, as an output of the node. */
  pick(node: GraphNode, wire: Wire, from: readonly number[], tail: readonly number[], index = 0): Wire {
    this.spend(from.length)
    const cells = from.map((cell) => wire.cells[cell] as Cell)
    const start = wire.start + (from[0] ?? 0)
    // A run of cells stays where it is.
    if (from.every((cell, place) => wire.start + cell === start + place)) {
      return this.name(node, { ...wire, start, size: from.length, tail, cells }, index)
    }
    const out = this.name(node, this.allocate(wire.type, tail, cells, wire.rowAxis), index)
    this.copy(wire.type, Int32Array.from(from, (cell) => wire.start + cell), out.start)
    return out
  }

  copy(type: CellType, sources: Int32Array, start: number): void {
    this.step(sources.length, type === 'text' ? copyTexts(sources, start) : copyNumbers(sources, start))
  }
}

export const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1)

export function numbersOnly(node: GraphNode, wire: Wire): Wire {
  if (wire.type === 'text') throw new UnsupportedError(`${node.opType} of texts`)
  return wire
}

/** Operators named for people; a long way of them is cut. */
const MOST_NAMED = 12

function extended(by: readonly string[], operator: string): readonly string[] {
  return by.length < MOST_NAMED ? [...by, operator] : by
}

function longest(cells: readonly Cell[]): readonly string[] {
  return cells.reduce<readonly string[]>((most, { by }) => (by.length > most.length ? by : most), [])
}

/** A cell computed from this one alone. */
export function changedBy(node: GraphNode, { fields, by }: Cell, form?: Form): Cell {
  return { fields, by: extended(by, node.opType), form: form ?? `the answer comes from ${node.opType}` }
}

function copyNumbers(sources: Int32Array, start: number): Step {
  return (numbers) => {
    for (let cell = 0; cell < sources.length; cell++) numbers[start + cell] = numbers[sources[cell] as number] as number
  }
}

function copyTexts(sources: Int32Array, start: number): Step {
  return (_, texts) => {
    for (let cell = 0; cell < sources.length; cell++) texts[start + cell] = texts[sources[cell] as number] as string
  }
}

/** Rounds as the tensor's element type stores. */
export function roundingOf(type: CellType): (value: number) => number {
  return type === 'float32' ? Math.fround : (value) => value
}

/** Whole numbers would divide and round by rules of their own. */
export function isFloat(type: CellType): boolean {
  return type === 'float32' || type === 'float64'
}

/** The place in `tail` of an axis of the value. @throws UnsupportedError where it is the rows'. */
export function tailAxis(node: GraphNode, axis: number, { tail, rowAxis }: Pick<Wire, 'tail' | 'rowAxis'>): number {
  const place = axis < 0 ? axis + tail.length + 1 : axis
  if (place === rowAxis || !(place >= 0 && place <= tail.length))
    throw new UnsupportedError(`${node.opType} across rows`)
  return place < rowAxis ? place : place - 1
}
