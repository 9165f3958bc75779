/** Operators that make one cell of several along an axis of the columns. */
import { intOf, intsOf, type GraphNode } from '../../graph'
import { isFloat, numbersOnly, product, roundingOf, tailAxis, UnsupportedError } from '../builder'
import type { Cell, ProgramBuilder, Wire } from '../builder'
import { added, type Form } from '../forms'
import type { OperatorTable } from '../program'

/** The cells that are joined, for each cell of the result, as places within the wire. */
interface Groups {
  groups: Int32Array[]
  tail: readonly number[]
  rowAxis: number
}

function groupsAlong(builder: ProgramBuilder, wire: Wire, places: readonly number[], isKept: boolean): Groups {
  builder.spend(2 * wire.size)
  const groups = new Map<number, number[]>()
  const { tail, size } = wire
  const sizes = tail.map((length, axis) => (places.includes(axis) ? 1 : length))
  for (let cell = 0; cell < size; cell++) {
    let [rest, key, stride] = [cell, 0, 1]
    for (let axis = tail.length - 1; axis >= 0; axis--) {
      const length = tail[axis] as number
      const at = rest % length
      rest = (rest - at) / length
      if (places.includes(axis)) continue
      key += at * stride
      stride *= length
    }
    const group = groups.get(key)
    if (group) group.push(cell)
    else groups.set(key, [cell])
  }
  const left = places.filter((place) => place < wire.rowAxis).length
  return {
    groups: Array.from({ length: product(sizes) }, (_, key) => Int32Array.from(groups.get(key) ?? [])),
    tail: isKept ? sizes : tail.filter((_, axis) => !places.includes(axis)),
    rowAxis: isKept ? wire.rowAxis : wire.rowAxis - left,
  }
}

interface Reduction {
  /** In float64, rounded once: the runtime's order of float32 additions is its own. */
  compute(numbers: Float64Array, start: number, cells: Int32Array): number
}

function folded(join: (total: number, value: number) => number, first: number, last = (x: number) => x): Reduction {
  return {
    compute(numbers, start, cells) {
      let total = first
      for (let at = 0; at < cells.length; at++) total = join(total, numbers[start + (cells[at] as number)] as number)
      return last(total)
    },
  }
}

const REDUCTIONS: Record<string, Reduction> = {
  ReduceSum: folded((total, value) => total + value, 0),
  ReduceProd: folded((total, value) => total * value, 1),
  ReduceMax: folded((total, value) => Math.max(total, value), -Infinity),
  ReduceMin: folded((total, value) => Math.min(total, value), Infinity),
  ReduceL1: folded((total, value) => total + Math.abs(value), 0),
  ReduceL2: folded((total, value) => total + value * value, 0, Math.sqrt),
  ReduceSumSquare: folded((total, value) => total + value * value, 0),
  ReduceLogSum: folded((total, value) => total + value, 0, Math.log),
  ReduceMean: {
    compute: (numbers, start, cells) =>
      (REDUCTIONS['ReduceSum'] as Reduction).compute(numbers, start, cells) / cells.length,
  },
  ReduceLogSumExp: {
    compute(numbers, start, cells) {
      let highest = -Infinity
      for (const cell of cells) highest = Math.max(highest, numbers[start + cell] as number)
      let total = 0
      for (const cell of cells) total += Math.exp((numbers[start + cell] as number) - highest)
      return highest + Math.log(total)
    },
  },
}

function reduce(node: GraphNode, builder: ProgramBuilder): void {
  const wire = numbersOnly(node, builder.turned(node))
  const axes = intsOf(node, 'axes') ?? builder.numbers(node, 1)
  const reduction = REDUCTIONS[node.opType]
  if (!reduction || !axes || axes.length === 0) throw new UnsupportedError(`${node.opType} of all axes`)
  if (!isFloat(wire.type)) throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  const places = axes.map((axis) => tailAxis(node, axis, wire))
  const { groups, tail, rowAxis } = groupsAlong(builder, wire, places, intOf(node, 'keepdims', 1) === 1)
  const cells = groups.map((group): Cell => {
    const own = Array.from(group, (cell) => wire.cells[cell] as Cell)
    return { ...builder.joined(node, own), form: formOfGroup(node, own, builder) }
  })
  const out = builder.output(node, wire.type, tail, cells, rowAxis)
  const round = roundingOf(wire.type)
  builder.step(wire.size, (numbers) => {
    for (let at = 0; at < groups.length; at++)
      numbers[out.start + at] = round(reduction.compute(numbers, wire.start, groups[at] as Int32Array))
  })
}

function formOfGroup({ opType }: GraphNode, cells: readonly Cell[], builder: ProgramBuilder): Form | string {
  if (opType !== 'ReduceSum' && opType !== 'ReduceMean') return `the answer comes from ${opType}`
  const factor = opType === 'ReduceMean' ? 1 / cells.length : 1
  return added(
    cells.map(({ form }) => ({ form, factor })),
    (cost) => builder.spend(cost),
  )
}

/** ArgMax and ArgMin: the place of the first of the best, or of the last where it is asked for. */
function place(node: GraphNode, builder: ProgramBuilder): void {
  const wire = numbersOnly(node, builder.turned(node))
  const axis = tailAxis(node, intOf(node, 'axis', 0), wire)
  const isLast = intOf(node, 'select_last_index', 0) === 1
  const isHighest = node.opType === 'ArgMax'
  const { groups, tail, rowAxis } = groupsAlong(builder, wire, [axis], intOf(node, 'keepdims', 1) === 1)
  const cells = groups.map((group) => builder.joined(node, Array.from(group, (cell) => wire.cells[cell] as Cell)))
  const out = builder.output(node, 'integer', tail, cells, rowAxis)
  builder.step(wire.size, (numbers) => {
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at] as Int32Array
      let best = 0
      for (let other = 1; other < group.length; other++) {
        const value = numbers[wire.start + (group[other] as number)] as number
        const leading = numbers[wire.start + (group[best] as number)] as number
        const difference = isHighest ? value - leading : leading - value
        if (difference > 0 || (isLast && difference === 0)) best = other
      }
      numbers[out.start + at] = best
    }
  })
}

/** The k highest (or lowest) of a row's columns and their places, best first; of equals the first. */
function topK(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  if (wire.tail.length !== 1) throw new UnsupportedError('TopK of more than a row of columns')
  tailAxis(node, intOf(node, 'axis', -1), wire)
  const count = builder.numbers(node, 1)?.[0] ?? intOf(node, 'k', 0)
  if (!(count >= 1 && count <= wire.size) || intOf(node, 'sorted', 1) !== 1)
    throw new UnsupportedError('TopK of columns that are not there, or in any order')
  const sign = intOf(node, 'largest', 1) === 1 ? 1 : -1
  const cell = builder.joined(node, wire.cells)
  const cells = Array.from({ length: count }, () => cell)
  const values = builder.output(node, wire.type, [count], cells)
  const places = builder.name(node, builder.allocate('integer', [count], cells), 1)
  const order = Int32Array.from({ length: wire.size }, (_, at) => at)
  builder.step(wire.size * (1 + Math.ceil(Math.log2(wire.size + 1))), (numbers) => {
    for (let at = 0; at < wire.size; at++) order[at] = at
    order.sort(
      (a, b) => sign * ((numbers[wire.start + b] as number) - (numbers[wire.start + a] as number)) || a - b,
    )
    for (let at = 0; at < count; at++) {
      numbers[values.start + at] = numbers[wire.start + (order[at] as number)] as number
      numbers[places.start + at] = order[at] as number
    }
  })
}

/** Running sums, each addition rounded. */
function cumulate(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const axis = builder.numbers(node, 1)?.[0]
  const isPlain = intOf(node, 'exclusive', 0) === 0 && intOf(node, 'reverse', 0) === 0
  if (axis === undefined || wire.tail.length !== 1 || !isPlain)
    throw new UnsupportedError('CumSum but along a row')
  tailAxis(node, axis, wire)
  const cells = wire.cells.map((_, cell) => builder.joined(node, wire.cells.slice(0, cell + 1)))
  const out = builder.output(node, wire.type, wire.tail, cells)
  const round = roundingOf(wire.type)
  builder.step(wire.size, (numbers) => {
    let total = 0
    for (let cell = 0; cell < wire.size; cell++) {
      total = round(total + (numbers[wire.start + cell] as number))
      numbers[out.start + cell] = total
    }
  })
}

export const REDUCTION_OPERATORS: OperatorTable = {
  ...Object.fromEntries(Object.keys(REDUCTIONS).map((name) => [name, reduce])),
  ArgMax: place,
  ArgMin: place,
  TopK: topK,
  CumSum: cumulate,
}
