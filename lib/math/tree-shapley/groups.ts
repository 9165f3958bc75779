// Which leaves share one table. A table holds, for every combination of answers to its leaves' conditions, what its
// leaves together give to each player; sharing saves look-ups, and often memory: two sibling leaves ask the same.
import type { Chain, Conditions } from './conditions'
import type { Branch, Leaf } from './paths'

export interface Group {
  leaves: Leaf[]
  /** The chains asked, ascending, and of each the conditions asked, ascending. */
  chains: { chain: number; conditions: number[] }[]
  /** The players of those chains, ascending. */
  players: number[]
  /** Combinations of answers: the product over the chains of their conditions + 1. */
  cells: number
  /** Of the table: cells x players float64 numbers. */
  bytes: number
}

export interface GroupingRule {
  /** Tables are joined where the joined one is not larger than this. */
  smallBytes: number
  /** Or not larger than this many times the two together. */
  growth: number
}

/** Quick: few look-ups. A joined table up to half as large again costs less than the second look-up it saves. */
export const QUICK: GroupingRule = { smallBytes: 2048, growth: 1.5 }
/** Small: joins only what does not grow. */
export const COMPACT: GroupingRule = { smallBytes: 0, growth: 1 }

export interface Grouping {
  conditions: Conditions
  playerOf: Int32Array
  rule: GroupingRule
}

/** The groups of one tree, joined from the leaves upwards. */
export function groupsOf(branch: Branch, grouping: Grouping): Group[] {
  if ('leaf' in branch) return [groupOf([branch.leaf], grouping)]
  const [first, second] = [branch.yes, branch.no].map((side) => (side ? groupsOf(side, grouping) : []))
  const both = [...(first ?? []), ...(second ?? [])]
  const [one, other] = both
  if (first?.length !== 1 || second?.length !== 1 || !one || !other) return both
  const joined = join(one, other, grouping)
  return joined ? [joined] : both
}

/** Joins groups of different trees that ask the same columns. */
export function acrossTrees(groups: readonly Group[], grouping: Grouping): Group[] {
  const open = new Map<string, Group>()
  const closed: Group[] = []
  for (const group of groups) {
    const key = group.chains.map(({ chain }) => chain).join(' ')
    const waiting = open.get(key)
    const joined = waiting ? join(waiting, group, grouping) : group
    if (joined === null && waiting) closed.push(waiting)
    open.set(key, joined ?? group)
  }
  return [...closed, ...open.values()]
}

function join(one: Group, other: Group, grouping: Grouping): Group | null {
  const { smallBytes, growth } = grouping.rule
  const most = Math.max(smallBytes, growth * (one.bytes + other.bytes))
  // Cheap look before the work: the joined table has at least the larger one's cells.
  if (Math.max(one.bytes, other.bytes) > most) return null
  const joined = groupOf([...one.leaves, ...other.leaves], grouping)
  return joined.bytes <= most ? joined : null
}

function groupOf(leaves: Leaf[], { conditions, playerOf }: Grouping): Group {
  const byChain = new Map<number, Set<number>>()
  for (const leaf of leaves) {
    for (const condition of leaf.conditions) {
      const chain = conditions.chainOf[condition] as number
      const own = byChain.get(chain) ?? new Set()
      own.add(condition)
      byChain.set(chain, own)
    }
  }
  const players = new Set<number>()
  let cells = 1
  for (const [chain, asked] of byChain) {
    players.add(playerOf[(conditions.chains[chain] as Chain).column] as number)
    cells *= asked.size + 1
  }
  const ascending = (a: number, b: number) => a - b
  return {
    leaves,
    chains: [...byChain]
      .map(([chain, asked]) => ({ chain, conditions: [...asked].sort(ascending) }))
      .sort((a, b) => a.chain - b.chain),
    players: [...players].sort(ascending),
    cells,
    bytes: cells * players.size * Float64Array.BYTES_PER_ELEMENT,
  }
}
