/**
 * From the number that a graph answers back to the operator that decides it: which trees or weighted sum make the
 * margin, and what turns the margin into the answer. Only steps that keep a sum a sum are followed.
 */
import { LONGEST_WAY } from '../classes'
import { constantsOf } from '../constants'
import { intOf, numbersIn, type GraphNode, type ModelFile, type TensorData } from '../graph'
import { TREE_OPERATORS } from '../trees/read-ensemble'
import type { Affine, TreeEnsemble } from '../trees/ensemble'
import { UnsupportedError } from './builder'
import { readLinear, readProduct, type Linear } from './linear-operators'
import type { Program } from './program'
import { ensembleOf } from './tree-operators'

export type Link = 'identity' | 'logistic' | 'softmax'

/** answer = link(margin); for `softmax` over three and more classes the margin is this class's raw score. */
export interface Head {
  core: { kind: 'trees'; ensemble: TreeEnsemble } | { kind: 'linear'; linear: Linear }
  /** The value whose columns the core looks at. */
  input: string
  /** Over the targets of the trees, or the outputs of the weighted sums. */
  margin: Affine
  link: Link
}

const PASSING = new Set(['Identity', 'Dropout', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast', 'ZipMap'])

/**
 * @param cell of the value `name`, within a row
 * @param program that computes it: knows the widths
 * @throws UnsupportedError with what stands between the answer and a sum
 */
export function headOf(model: ModelFile, program: Program, name: string, cell: number): Head {
  const producers = new Map<string, { node: GraphNode; index: number }>()
  for (const node of model.graph.nodes) node.outputs.forEach((output, index) => producers.set(output, { node, index }))
  return new HeadWalk(producers, constantsOf(model.graph), program).follow(name, cell)
}

/** As in classes.ts: exporters write a handful of steps, for each of the classes. */
const MOST_STEPS = 10_000

class HeadWalk {
  private steps = 0
  private depth = 0

  constructor(
    private readonly producers: ReadonlyMap<string, { node: GraphNode; index: number }>,
    readonly constants: ReadonlyMap<string, TensorData>,
    private readonly program: Program,
  ) {}

  follow(name: string, cell: number): Head {
    this.steps += 1
    if (this.steps > MOST_STEPS || this.depth > LONGEST_WAY) throw new UnsupportedError('a long way behind the model')
    this.depth += 1
    const head = this.step(name, cell)
    this.depth -= 1
    return head
  }

  private step(name: string, cell: number): Head {
    const producer = this.producers.get(name)
    if (!producer) throw new UnsupportedError('the answer is an input')
    const { node } = producer
    const first = node.inputs[0] ?? ''
    if (PASSING.has(node.opType)) return this.follow(first, cell)
    if (TREE_OPERATORS.has(node.opType)) return this.trees(node, first, cell)
    switch (node.opType) {
      case 'LinearClassifier':
      case 'LinearRegressor': {
        const { linear, columns, link } = readLinear(node, this.program.wire(first).size)
        const core = { kind: 'linear', linear } as const
        const heads = columns.map(({ sum, factor, constant }): Head => ({
          core,
          input: first,
          margin: { constant, terms: [{ target: sum, factor }] },
          link: link === 'softmax' ? 'identity' : link,
        }))
        return link === 'softmax' ? softmax(heads, cell) : at(heads, cell)
      }
      case 'Gemm':
      case 'MatMul':
        return {
          core: { kind: 'linear', linear: readProduct(node, this) },
          input: first,
          margin: { constant: 0, terms: [{ target: cell, factor: 1 }] },
          link: 'identity',
        }
      case 'Concat':
        return this.concat(node, cell)
      case 'ArrayFeatureExtractor':
      case 'Gather':
        return this.picked(node, first, cell)
      case 'Sigmoid': {
        const head = this.follow(first, cell)
        if (head.link !== 'identity') throw new UnsupportedError(`Sigmoid of a ${head.link}`)
        return { ...head, link: 'logistic' }
      }
      case 'Softmax': {
        const { size } = this.program.wire(first)
        return softmax(
          Array.from({ length: size }, (_, other) => this.follow(first, other)),
          cell,
        )
      }
      case 'Neg':
        return moved(this.follow(first, cell), -1, 0)
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div':
        return this.withConstant(node, cell)
      default:
        throw new UnsupportedError(`the answer comes from ${node.opType}`)
    }
  }

  private trees(node: GraphNode, input: string, cell: number): Head {
    const { ensemble, outputs } = ensembleOf(node)
    const core = { kind: 'trees', ensemble } as const
    const heads = outputs.map(({ margin, link }): Head => ({
      core,
      input,
      margin,
      link: link === 'softmax' ? 'identity' : link,
    }))
    return outputs[0]?.link === 'softmax' ? softmax(heads, cell) : at(heads, cell)
  }

  private concat(node: GraphNode, cell: number): Head {
    let left = cell
    for (const name of node.inputs) {
      const wire = this.program.wire(name)
      if (wire.tail.length !== 1) throw new UnsupportedError('the answer is joined of several axes')
      if (left < wire.size) return this.follow(name, left)
      left -= wire.size
    }
    throw new UnsupportedError('the answer lies beyond the columns')
  }

  private picked(node: GraphNode, input: string, cell: number): Head {
    const tensor = this.constants.get(node.inputs[1] ?? '')
    const index = tensor ? numbersIn(tensor)?.[cell] : undefined
    if (index === undefined || (node.opType === 'Gather' && ![1, -1].includes(intOf(node, 'axis', 0)))) {
      throw new UnsupportedError(`the answer is picked by ${node.opType} across rows`)
    }
    return this.follow(input, index < 0 ? index + this.program.wire(input).size : index)
  }

  private withConstant(node: GraphNode, cell: number): Head {
    const [left = '', right = ''] = node.inputs
    const [first, second] = [this.constants.get(left), this.constants.get(right)]
    const tensor = second ?? first
    const numbers = tensor ? numbersIn(tensor) : null
    const number = numbers?.[numbers.length === 1 ? 0 : cell]
    if (number === undefined || (first && second))
      throw new UnsupportedError(`the answer is two values joined by ${node.opType}`)
    const head = this.follow(second ? left : right, cell)
    switch (node.opType) {
      case 'Add':
        return moved(head, 1, number)
      case 'Sub':
        return second ? moved(head, 1, -number) : moved(head, -1, number)
      case 'Mul':
        return moved(head, number, 0)
      default:
        if (!second) throw new UnsupportedError('the answer is a constant divided by a value')
        return moved(head, 1 / number, 0)
    }
  }
}

function at(heads: readonly Head[], cell: number): Head {
  const head = heads[cell]
  if (!head) throw new UnsupportedError('the answer lies beyond the columns')
  return head
}

/** factor x answer + constant; of a logistic only 1 - logistic(margin) = logistic(-margin) can be said as one. */
export function moved(head: Head, factor: number, constant: number): Head {
  if (head.link !== 'identity') {
    if (head.link === 'logistic' && factor === -1 && constant === 1)
      return { ...head, margin: scaled(head.margin, -1, 0) }
    if (factor === 1 && constant === 0) return head
    throw new UnsupportedError(`a ${head.link} is scaled`)
  }
  return { ...head, margin: scaled(head.margin, factor, constant) }
}

function scaled({ constant, terms }: Affine, factor: number, added: number): Affine {
  return {
    constant: factor * constant + added,
    terms: terms.map((term) => ({ ...term, factor: factor * term.factor })),
  }
}

/** Of two classes the softmax is the logistic function of the difference. */
function softmax(heads: readonly Head[], cell: number): Head {
  const own = at(heads, cell)
  if (heads.some((head) => head.link !== 'identity' || head.input !== own.input))
    throw new UnsupportedError('Softmax of different models')
  if (heads.length !== 2) return { ...own, link: 'softmax' }
  const { margin } = at(heads, 1 - cell)
  const other = scaled(margin, -1, 0)
  return {
    ...own,
    margin: { constant: own.margin.constant + other.constant, terms: [...own.margin.terms, ...other.terms] },
    link: 'logistic',
  }
}
