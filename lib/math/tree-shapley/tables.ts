// The tables of all groups in one array, and explaining a row as look-ups and additions.
import type { BackgroundAnswers } from './background'
import type { Chain } from './conditions'
import type { Group, Grouping } from './groups'
import { leafTable } from './leaf-table'
import type { Leaf } from './paths'
import { leafWeights } from './weights'

/** Group g's conditions are those from `conditionStart[g]` to before `conditionStart[g + 1]`, likewise players. */
export interface Tables {
  groupCount: number
  conditionStart: Int32Array
  conditions: Int32Array
  /** How far in the table a condition that holds leads, one for each of `conditions`. */
  strides: Int32Array
  playerStart: Int32Array
  players: Int32Array
  /** Where each group's table begins. */
  tableStart: Int32Array
  /** For each combination of answers a number for each of the group's players, in the unit of the margin. */
  numbers: Float64Array
  /** Of the row being explained: where in `numbers` each group's row begins. */
  places: Int32Array
  /** Holds what `fetch` has read, so that the reading is not left out. */
  fetched: Float64Array
}

export function fillTables(groups: readonly Group[], background: BackgroundAnswers, grouping: Grouping): Tables {
  const total = groups.reduce((sum, group) => sum + group.cells * group.players.length, 0)
  const numbers = new Float64Array(total)
  const [conditionStart, playerStart, tableStart] = [[0], [0], [0]] as [number[], number[], number[]]
  const conditions: number[] = []
  const strides: number[] = []
  const players: number[] = []
  let start = 0
  for (const group of groups) {
    const cells = fillGroup(group, background, grouping, numbers.subarray(start))
    for (const { chain, stride } of cells) {
      for (const condition of chain.conditions) {
        conditions.push(condition)
        strides.push(stride)
      }
    }
    for (const player of group.players) players.push(player)
    start += group.cells * group.players.length
    conditionStart.push(conditions.length)
    playerStart.push(players.length)
    tableStart.push(start)
  }
  return {
    groupCount: groups.length,
    conditionStart: Int32Array.from(conditionStart),
    conditions: Int32Array.from(conditions),
    strides: Int32Array.from(strides),
    playerStart: Int32Array.from(playerStart),
    players: Int32Array.from(players),
    tableStart: Int32Array.from(tableStart),
    numbers,
    places: new Int32Array(groups.length),
    fetched: new Float64Array(1),
  }
}

type GroupChain = Group['chains'][number]

function fillGroup(
  group: Group,
  background: BackgroundAnswers,
  { conditions, playerOf }: Grouping,
  target: Float64Array,
): { chain: GroupChain; stride: number }[] {
  const width = group.players.length
  let stride = width
  const chains = group.chains.map((chain) => {
    const own = { chain, stride }
    stride *= chain.conditions.length + 1
    return own
  })
  const playerOfChain = group.chains.map(({ chain }) => playerOf[(conditions.chains[chain] as Chain).column] as number)
  const states = new Int32Array(chains.length)
  for (const leaf of group.leaves) {
    const { table, masks, players } = leafIn(leaf, group, playerOfChain, background)
    const places = players.map((player) => group.players.indexOf(player))
    states.fill(0)
    for (let cell = 0; cell < group.cells; cell++) {
      let pattern = 2 ** players.length - 1
      for (let chain = 0; chain < states.length; chain++) {
        pattern &= (masks[chain] as Int32Array)[states[chain] as number] as number
      }
      const [from, to] = [pattern * players.length, cell * width]
      for (let player = 0; player < players.length; player++) {
        const at = to + (places[player] as number)
        target[at] = (target[at] as number) + (table[from + player] as number)
      }
      step(states, group.chains)
    }
  }
  return chains
}

/** To the next combination; the first chain changes fastest, as the strides say. */
function step(states: Int32Array, chains: readonly GroupChain[]): void {
  for (let chain = 0; chain < states.length; chain++) {
    states[chain] = (states[chain] as number) + 1
    if ((states[chain] as number) <= (chains[chain] as GroupChain).conditions.length) return
    states[chain] = 0
  }
}

/** The leaf's own table, and for each chain and state (conditions that hold) the players it leaves satisfied. */
function leafIn(
  leaf: Leaf,
  group: Group,
  playerOfChain: readonly number[],
  background: BackgroundAnswers,
): { table: Float64Array; masks: Int32Array[]; players: number[] } {
  const chainOf = (condition: number) => group.chains.findIndex(({ conditions }) => conditions.includes(condition))
  const places = Array.from(leaf.conditions, chainOf)
  const players = [...new Set(places.map((place) => playerOfChain[place] as number))]
  const playerOf = Int32Array.from(places, (place) => players.indexOf(playerOfChain[place] as number))
  const everyone = 2 ** players.length - 1
  const masks = group.chains.map(({ conditions }) => new Int32Array(conditions.length + 1).fill(everyone))
  leaf.conditions.forEach((condition, index) => {
    const place = places[index] as number
    const { conditions } = group.chains[place] as GroupChain
    const mask = masks[place] as Int32Array
    // In state s the last s conditions of the chain hold.
    const position = conditions.indexOf(condition)
    for (let state = 0; state < mask.length; state++) {
      const holds = position >= conditions.length - state
      if (holds !== (leaf.wanted[index] === 1))
        mask[state] = (mask[state] as number) & ~(1 << (playerOf[index] as number))
    }
  })
  const table = leafTable(leaf, playerOf, players.length, background, leafWeights(players.length))
  return { table, masks, players }
}

/** Tables beyond a core's second-level cache, 1 MB on current servers, are waited for. */
const CACHE_BYTES = 1024 * 1024

/** Adds every group's contributions. @param answers of the explained row to all conditions. @param out by player. */
export function addFromTables(tables: Tables, answers: Uint8Array, out: Float64Array): void {
  locate(tables, answers)
  if (tables.numbers.byteLength > CACHE_BYTES) fetch(tables)
  const { groupCount, playerStart, players, numbers, places } = tables
  let player = 0
  for (let group = 0; group < groupCount; group++) {
    const last = playerStart[group + 1] as number
    for (let at = places[group] as number; player < last; player++, at++) {
      const own = players[player] as number
      out[own] = (out[own] as number) + (numbers[at] as number)
    }
  }
}

function locate(
  { groupCount, conditionStart, conditions, strides, tableStart, places }: Tables,
  answers: Uint8Array,
): void {
  let condition = 0
  for (let group = 0; group < groupCount; group++) {
    let at = tableStart[group] as number
    const last = conditionStart[group + 1] as number
    for (; condition < last; condition++) {
      at += (answers[conditions[condition] as number] as number) * (strides[condition] as number)
    }
    places[group] = at
  }
}

/**
 * Reads both ends of every row before any is used. The reads do not wait for each other, so the processor has many of
 * them under way at once: with 12 MB of tables a third of the time of adding up at once.
 */
function fetch({ groupCount, playerStart, numbers, places, fetched }: Tables): void {
  let read = 0
  for (let group = 0; group < groupCount; group++) {
    const at = places[group] as number
    const width = (playerStart[group + 1] as number) - (playerStart[group] as number)
    read += (numbers[at] as number) + (numbers[at + width - 1] as number)
  }
  fetched[0] = read
}
