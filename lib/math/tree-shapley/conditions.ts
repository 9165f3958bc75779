// The distinct questions that a forest asks of a row, each answered once per row whatever the number of its nodes.
import { Comparison, LEAF, type Forest } from './forest'

/**
 * Every split as one condition, or the opposite of one: `> t` is not `<= t`, `>= t` is not `< t`, `!= t` is not `== t`.
 * Conditions on a column that treat NaN alike and compare by order form a chain, sorted so that what is true of a value
 * is a tail of the chain: with thresholds 1, 3, 7 a value of 2 makes the second and the third true. The answers of a
 * chain of k conditions are therefore k + 1 possible states, not 2^k.
 */
export interface Conditions {
  count: number
  chains: readonly Chain[]
  /** The chain of each condition. */
  chainOf: Int32Array
  /** For each node its condition; -1 for leaves. */
  ofNode: Int32Array
  /** For each node whether its true branch is taken where the condition does not hold. */
  isOpposite: Uint8Array
}

export interface Chain {
  column: number
  /** What all conditions of the chain are for NaN. */
  missing: 0 | 1
  /** The chain's conditions are those from `start` to before `end`. */
  start: number
  end: number
  /** Sorted, one for each condition; empty where the condition is a set. */
  thresholds: Float64Array
  /** 1 where the condition is `<`, 0 where it is `<=`; one for each condition. */
  isStrict: Uint8Array
  /** For the single condition of an `equal` or `member` chain. */
  set: ReadonlySet<number> | null
}

interface Draft {
  column: number
  missing: 0 | 1
  /** By threshold and strictness: the nodes, and whether each means the opposite. */
  conditions: Map<
    string,
    {
      threshold: number
      isStrict: boolean
      set: ReadonlySet<number> | null
      nodes: [node: number, isOpposite: boolean][]
    }
  >
}

export function conditionsOf(forest: Forest): Conditions {
  const drafts = new Map<string, Draft>()
  for (let node = 0; node < forest.column.length; node++) {
    const column = forest.column[node] as number
    if (column !== LEAF) addNode(drafts, forest, node, column)
  }
  const nodes = forest.column.length
  const ofNode = new Int32Array(nodes).fill(-1)
  const isOpposite = new Uint8Array(nodes)
  const chains: Chain[] = []
  let count = 0
  const ordered = [...drafts.values()].sort((a, b) => a.column - b.column)
  for (const draft of ordered) {
    const own = [...draft.conditions.values()].sort(
      (a, b) => a.threshold - b.threshold || Number(b.isStrict) - Number(a.isStrict),
    )
    own.forEach((condition, index) => {
      for (const [node, opposite] of condition.nodes) {
        ofNode[node] = count + index
        isOpposite[node] = opposite ? 1 : 0
      }
    })
    const set = own[0]?.set ?? null
    chains.push({
      column: draft.column,
      missing: draft.missing,
      start: count,
      end: count + own.length,
      thresholds: Float64Array.from(set ? [] : own, (condition) => condition.threshold),
      isStrict: Uint8Array.from(set ? [] : own, (condition) => Number(condition.isStrict)),
      set,
    })
    count += own.length
  }
  const chainOf = new Int32Array(count)
  chains.forEach((chain, index) => chainOf.fill(index, chain.start, chain.end))
  return { count, chains, chainOf, ofNode, isOpposite }
}

function addNode(drafts: Map<string, Draft>, forest: Forest, node: number, column: number): void {
  const comparison = forest.comparison[node] as number
  const threshold = forest.threshold[node] as number
  const isOpposite =
    comparison === Comparison.greater || comparison === Comparison.greaterOrEqual || comparison === Comparison.notEqual
  // NaN != t holds whatever the node says of missing values, so its opposite never does.
  const truth = comparison === Comparison.notEqual ? 1 : (forest.missingIsTrue[node] as number)
  const missing = (isOpposite ? 1 - truth : truth) as 0 | 1
  const isOrdered = comparison <= Comparison.greater
  const isStrict = comparison === Comparison.less || comparison === Comparison.greaterOrEqual
  const members = isOrdered
    ? []
    : comparison === Comparison.member
      ? [...(forest.members.get(node) ?? [])]
      : [threshold]
  const own = isOrdered ? '' : members.sort((a, b) => a - b).join(' ')
  const chainKey = `${column}:${missing}:${isOrdered ? 'order' : own}`
  const draft = drafts.get(chainKey) ?? { column, missing, conditions: new Map() }
  drafts.set(chainKey, draft)
  // -0 and 0 are one threshold.
  const key = isOrdered ? `${threshold + 0}:${isStrict}` : ''
  const condition = draft.conditions.get(key) ?? {
    threshold,
    isStrict,
    set: isOrdered ? null : new Set(members),
    nodes: [],
  }
  condition.nodes.push([node, isOpposite])
  draft.conditions.set(key, condition)
}

/** What the chains hold: all that `answer` needs. */
export function bytesOfChains(chains: readonly Chain[]): number {
  return chains.reduce((sum, { thresholds, isStrict }) => sum + thresholds.byteLength + isStrict.byteLength, 0)
}

/** Writes for each condition 1 or 0 into `answers`. @param start where the row begins in `rows`. */
export function answer(
  { chains }: Pick<Conditions, 'chains'>,
  rows: ArrayLike<number>,
  start: number,
  answers: Uint8Array,
): void {
  for (let index = 0; index < chains.length; index++) {
    const chain = chains[index] as Chain
    const value = rows[start + chain.column] as number
    if (value !== value) {
      answers.fill(chain.missing, chain.start, chain.end)
    } else if (chain.set !== null) {
      answers[chain.start] = chain.set.has(value) ? 1 : 0
    } else {
      const first = chain.start + firstTrue(chain, value)
      for (let condition = chain.start; condition < first; condition++) answers[condition] = 0
      for (let condition = first; condition < chain.end; condition++) answers[condition] = 1
    }
  }
}

function firstTrue({ thresholds, isStrict }: Chain, value: number): number {
  let low = 0
  let high = thresholds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((thresholds[middle] as number) < value) low = middle + 1
    else high = middle
  }
  // At the threshold itself `<` fails and `<=`, which stands after it, holds.
  return low < thresholds.length && thresholds[low] === value && isStrict[low] === 1 ? low + 1 : low
}
