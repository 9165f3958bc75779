// The tables of all trees in one memory, and explaining rows with them.
import type { BackgroundAnswers } from './background'
import { LEAF_ENTRY, openKernel, PLACE_BYTES, REACHED, RECORD, SPLIT, TREE } from './kernel'
import { tablesOf, type TreeTables } from './potential-tables'
import { MOST_PATTERN_PLAYERS } from './potential-weights'
import type { ReducedTree } from './reduced-tree'

const PAGE_BYTES = 65_536
const FLOAT_BYTES = 8
/** Tables far beyond a core's own caches, 1 to 2 MB on current servers, are waited for: fetching them first pays. */
const NEAR_BYTES = 4 * 1024 * 1024
/** Rows of a batch: each tree's tables stay in the processor's cache for all of them. */
export const BATCH_ROWS = 16

/** What a tree takes at the least: more, where a leaf's numbers need more than 16 bits. */
export function leastTreeBytes({ splits, leaves }: ReducedTree): number {
  return bytesOf(
    splits.length,
    leaves.map(({ players }) => ({ players, numbers: { length: 2 ** players.length } })),
  )
}

function bytesOf(
  splits: number,
  leaves: readonly { players: { length: number }; numbers: { length: number } }[],
): number {
  const records = leaves.reduce((sum, { players }) => sum + recordBytes(players.length), 0)
  const numbers = leaves.reduce((sum, { numbers }) => sum + numbers.length, 0)
  return (
    TREE.bytes +
    splits * SPLIT.bytes +
    aligned(leaves.length * LEAF_ENTRY.bytes) +
    records +
    aligned(leaves.reduce((sum, { numbers }) => sum + bitBytes(numbers.length), 0)) +
    aligned(numbers * Uint16Array.BYTES_PER_ELEMENT)
  )
}

function recordBytes(players: number): number {
  return aligned(RECORD.players + players * Int32Array.BYTES_PER_ELEMENT)
}

function bitBytes(numbers: number): number {
  return Math.ceil(numbers / 8)
}

/** Float64 numbers stand at multiples of 8. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / FLOAT_BYTES) * FLOAT_BYTES
}

interface PlacedTree {
  header: readonly number[]
  end: number
  bytes: number
  places: number
  leaves: number
  taken: TreeTables['taken']
  /** Kept while all trees together are small. */
  made: TabledTree | null
}

/** A tree with its leaves' tables. */
export interface TabledTree {
  tree: ReducedTree
  tables: TreeTables
}

/** Takes trees until it is opened. */
export class PotentialTables {
  private readonly memory = new WebAssembly.Memory({ initial: 1 })
  private readonly trees: PlacedTree[] = []
  /** Of the trees alone. */
  treeBytes = 0

  /** @param conditionCount answers of a row */
  constructor(
    private readonly conditionCount: number,
    private readonly playerCount: number,
  ) {}

  get leafCount(): number {
    return this.trees.reduce((sum, { leaves }) => sum + leaves, 0)
  }

  /** All that is held when it is open, but for the rest of the last page of 64 KB. */
  get bytes(): number {
    return this.treeBytes + this.room().bytes + this.playerCount * FLOAT_BYTES
  }

  /** Null where they are too many to be kept besides. */
  get made(): TabledTree[] | null {
    const made = this.trees.map((placed) => placed.made)
    return made.every((one) => one !== null) ? made : null
  }

  /** By player, what the values begin with: what the background alone gives, whatever the row. */
  get bias(): Float64Array {
    return biasOf(this.trees, this.playerCount)
  }

  /** @returns whether the tree was taken: not, where all would then take more than `mostBytes` */
  add(tree: ReducedTree, background: BackgroundAnswers, mostBytes: number): boolean {
    if (this.bytes + leastTreeBytes(tree) > mostBytes) return false
    const tables = tablesOf(tree, background)
    const bytes = bytesOf(tables.splits.conditions.length, tables.leaves)
    const { taken, splits, leaves } = tables
    const start = this.end
    // The tree's own bytes contain its header, which stands elsewhere.
    this.trees.push({ header: [], end: start, bytes, places: splits.places, leaves: leaves.length, taken, made: { tree, tables } })
    this.treeBytes += bytes
    if (this.treeBytes > NEAR_BYTES) for (const placed of this.trees) placed.made = null
    if (this.bytes > mostBytes) {
      this.removeLast()
      return false
    }
    this.reserve(start + bytes)
    Object.assign(this.trees.at(-1) as PlacedTree, this.write(tables, start))
    return true
  }

  removeLast(): void {
    this.treeBytes -= this.trees.pop()?.bytes ?? 0
  }

  open(): Potentials {
    const { trees, conditionCount, playerCount } = this
    const { headers, places, reached, numbers, answers, answersBytes, values, valuesBytes, end } = this.room()
    const memory = this.fitting(end)
    const { buffer } = memory
    trees.forEach(({ header }, tree) => new Int32Array(buffer, headers + tree * TREE.bytes).set(header))
    const run = openKernel(memory)
    const treesEnd = headers + trees.length * TREE.bytes
    const isNear = this.treeBytes < NEAR_BYTES
    return {
      answersOf: (row) => new Uint8Array(buffer, answers + row * answersBytes, conditionCount),
      valuesOf: (row) => new Float64Array(buffer, values + row * valuesBytes, playerCount),
      bias: this.bias,
      bytes: buffer.byteLength + playerCount * FLOAT_BYTES,
      run(rows) {
        const answersEnd = answers + rows * answersBytes
        // Without conditions no tree has a table.
        if (trees.length > 0) {
          const rest = [answersBytes, values, valuesBytes, rows > 1 || isNear ? 1 : 0] as const
          run(headers, treesEnd, places, reached, numbers, answers, answersEnd, ...rest)
        }
      },
    }
  }

  /** Where after the trees the headers and the room to work stand. */
  private room() {
    const { trees, conditionCount, playerCount } = this
    const answersBytes = aligned(conditionCount)
    const valuesBytes = playerCount * FLOAT_BYTES
    let end = this.end
    const take = (bytes: number) => {
      const start = end
      end = aligned(start + bytes)
      return start
    }
    const most = (size: (tree: PlacedTree) => number) => trees.reduce((found, tree) => Math.max(found, size(tree)), 0)
    const headers = take(trees.length * TREE.bytes)
    const places = take(most((tree) => tree.places) * PLACE_BYTES)
    // One more than there are leaves: what is out of reach is written down before it is known.
    const reached = take((most((tree) => tree.leaves) + 1) * REACHED.bytes)
    const numbers = take(MOST_PATTERN_PLAYERS * Int32Array.BYTES_PER_ELEMENT)
    const answers = take(answersBytes * BATCH_ROWS)
    const values = take(valuesBytes * BATCH_ROWS)
    const bytes = end - headers - trees.length * TREE.bytes
    return { headers, places, reached, numbers, answers, answersBytes, values, valuesBytes, end, bytes }
  }

  private get end(): number {
    return this.trees.at(-1)?.end ?? 0
  }

  /** A memory cannot shrink: where trees were removed, theirs is left for a smaller one. */
  private fitting(bytes: number): WebAssembly.Memory {
    this.reserve(bytes)
    const pages = Math.ceil(bytes / PAGE_BYTES)
    if (this.memory.buffer.byteLength === pages * PAGE_BYTES) return this.memory
    const memory = new WebAssembly.Memory({ initial: pages })
    new Uint8Array(memory.buffer).set(new Uint8Array(this.memory.buffer, 0, this.end))
    return memory
  }

  private reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES))
  }

  private write({ splits, leaves }: TreeTables, start: number): { header: number[]; end: number } {
    const { buffer } = this.memory
    const words = new Int32Array(buffer)
    const { conditions, bits, holds, fails } = splits
    const splitsEnd = start + conditions.length * SPLIT.bytes
    for (let split = 0, at = start; split < conditions.length; split++, at += SPLIT.bytes) {
      words[(at + SPLIT.condition) / 4] = conditions[split] as number
      words[(at + SPLIT.bit) / 4] = bits[split] as number
      words[(at + SPLIT.holds) / 4] = (holds[split] as number) * PLACE_BYTES
      words[(at + SPLIT.fails) / 4] = (fails[split] as number) * PLACE_BYTES
    }
    const entriesEnd = splitsEnd + leaves.length * LEAF_ENTRY.bytes
    let record = aligned(entriesEnd)
    let flags = leaves.reduce((at, { players }) => at + recordBytes(players.length), record)
    let table = aligned(leaves.reduce((at, { numbers }) => at + bitBytes(numbers.length), flags))
    const bytes = new Uint8Array(buffer)
    leaves.forEach(({ place, players, numbers, unit, own }, leaf) => {
      const size = players.length
      words.set([table, record, place * PLACE_BYTES, flags], (splitsEnd + leaf * LEAF_ENTRY.bytes) / 4)
      words[(record + RECORD.sets) / 4] = 2 ** size
      new Float64Array(buffer, record + RECORD.unit).set([unit, unit / size, own])
      words.set(
        players.map((player) => player * FLOAT_BYTES),
        (record + RECORD.players) / 4,
      )
      new Uint16Array(buffer, table).set(numbers)
      numbers.forEach((number, set) => {
        const at = flags + (set >>> 3)
        const bit = 1 << (set & 7)
        bytes[at] = number === 0 ? (bytes[at] as number) & ~bit : (bytes[at] as number) | bit
      })
      record += recordBytes(size)
      flags += bitBytes(numbers.length)
      table += numbers.byteLength
    })
    return { header: [start, splitsEnd, splitsEnd, entriesEnd], end: aligned(table) }
  }
}

function biasOf(trees: readonly PlacedTree[], playerCount: number): Float64Array {
  const bias = new Float64Array(playerCount)
  for (const { taken } of trees) {
    for (const { players, each } of taken) {
      for (const player of players) bias[player] = (bias[player] as number) - each
    }
  }
  return bias
}

/** Windows on the memory: up to `BATCH_ROWS` rows are explained at once. Not re-entrant. */
export interface Potentials {
  /** Written before `run`: a row's answers to all conditions. */
  answersOf(row: number): Uint8Array
  /** Added to by `run`, by player. */
  valuesOf(row: number): Float64Array
  /** By player, what the values begin with: what the background alone gives, whatever the row. */
  bias: Float64Array
  bytes: number
  run(rows: number): void
}
