// Explains rows from potentials (potential-weights.ts), in WebAssembly: several times as fast as the same loops over
// typed arrays, whose every access checks type and bounds, and the same float64 operations on every machine.
//
// For every tree: what each leaf's path has of players that the row fails, without a branch that the processor would
// have to guess; then the leaves that any coalition reaches, likewise; then their numbers, added up.
import {
  and,
  choose,
  equal,
  float,
  isBelow,
  loadByte,
  loadFloat,
  loadShort,
  loadWhole,
  minus,
  minusFloat,
  or,
  plus,
  plusFloat,
  repeatWhile,
  shiftLeft,
  shiftRight,
  storeFloat,
  storeWhole,
  timesFloat,
  toFloat,
  unless,
  WasmFunction,
  whole,
} from './wasm'

/** Bytes of one of each in memory, and of what stands where in it; addresses and counts are 32-bit numbers. */
export const TREE = { bytes: 16, splits: 0, splitsEnd: 4, leaves: 8, leavesEnd: 12 } as const
/**
 * The condition's place among the answers, the player's bit, and where it leads when the condition holds and fails:
 * offsets among the places, of which every split has one, in their order, then every leaf, then what gives nothing.
 */
export const SPLIT = { bytes: 16, condition: 0, bit: 4, holds: 8, fails: 12 } as const
/** Of the tree's list of leaves: its numbers, its record, its place, and a bit for each number: whether it is not 0. */
export const LEAF_ENTRY = { bytes: 16, table: 0, record: 4, place: 8, bits: 12 } as const
/** 2^players; `unit`, `unit` / players and `own` of its `LeafTable`; for each player the place of its value. */
export const RECORD = { sets: 0, unit: 8, equalUnit: 16, own: 24, players: 32 } as const
/** A reachable leaf while rows are explained: what the row fails, and the leaf's entry. */
export const REACHED = { bytes: 8, failed: 0, entry: 4 } as const
export const PLACE_BYTES = 4
const CACHE_LINE = 64

/**
 * Addresses; `answers` and `values` are of the first row, those of the next follow at `…Bytes`. `isNear`: whether the
 * tables are in the processor's cache, and need not be fetched.
 */
export type Kernel = (
  trees: number,
  treesEnd: number,
  places: number,
  reached: number,
  numbers: number,
  answers: number,
  answersEnd: number,
  answersBytes: number,
  values: number,
  valuesBytes: number,
  isNear: 0 | 1,
) => void

let compiled: WebAssembly.Module | undefined

export function openKernel(memory: WebAssembly.Memory): Kernel {
  compiled ??= new WebAssembly.Module(kernelCode())
  return new WebAssembly.Instance(compiled, { explainer: { memory } }).exports['run'] as Kernel
}

function kernelCode(): Uint8Array<ArrayBuffer> {
  const code = new WasmFunction()
  const [tree, treesEnd, places, reached, numbers] = five(() => code.parameter())
  const [firstAnswers, answersEnd, answersBytes, firstValues, valuesBytes] = five(() => code.parameter())
  const isNear = code.parameter()
  const [answers, values, at, end, place] = five(() => code.whole())
  const [before, answer, bit, failed, entry] = five(() => code.whole())
  const [table, record, sets, sum, number] = five(() => code.whole())
  const [slot, slotsEnd, address, live, liveEnd] = five(() => code.whole())
  const unit = code.float()
  const share = code.float()
  const next = (variable: typeof at, bytes: number) => variable.tee(plus(variable.get, whole(bytes)))

  const descend = [
    storeWhole(places.get, whole(0)),
    place.set(places.get),
    at.set(loadWhole(tree.get, TREE.splits)),
    end.set(loadWhole(tree.get, TREE.splitsEnd)),
    unless(
      equal(at.get, end.get),
      repeatWhile(
        isBelow(next(at, SPLIT.bytes), end.get),
        before.set(loadWhole(place.get)),
        answer.set(loadByte(plus(answers.get, loadWhole(at.get, SPLIT.condition)))),
        bit.set(loadWhole(at.get, SPLIT.bit)),
        // answer - 1 has all bits where it does not hold, -answer where it does.
        storeWhole(
          plus(places.get, loadWhole(at.get, SPLIT.holds)),
          or(before.get, and(bit.get, minus(answer.get, whole(1)))),
        ),
        storeWhole(
          plus(places.get, loadWhole(at.get, SPLIT.fails)),
          or(before.get, and(bit.get, minus(whole(0), answer.get))),
        ),
        place.set(plus(place.get, whole(PLACE_BYTES))),
      ),
    ),
  ]

  // A leaf is written down, and overwritten by the next one if it is out of reach: its number is 0.
  const listReached = [
    at.set(loadWhole(tree.get, TREE.leaves)),
    end.set(loadWhole(tree.get, TREE.leavesEnd)),
    live.set(reached.get),
    repeatWhile(
      isBelow(next(at, LEAF_ENTRY.bytes), end.get),
      place.set(plus(places.get, loadWhole(at.get, LEAF_ENTRY.place))),
      failed.set(loadWhole(place.get)),
      storeWhole(live.get, shiftLeft(failed.get, whole(1)), REACHED.failed),
      storeWhole(live.get, at.get, REACHED.entry),
      // The bits of all leaves stand side by side, their numbers far apart.
      number.set(loadByte(plus(loadWhole(at.get, LEAF_ENTRY.bits), shiftRight(failed.get, whole(3))))),
      number.set(and(shiftRight(number.get, and(failed.get, whole(7))), whole(1))),
      live.set(plus(live.get, shiftLeft(number.get, whole(Math.log2(REACHED.bytes))))),
    ),
    liveEnd.set(live.get),
    live.set(reached.get),
  ]

  // Reads that nothing waits for, so that the processor has many under way at once: a record, and the numbers, of which
  // those of the sets with one more player lie in the same cache line, or one bit of the address away.
  const fetch = [
    sum.set(whole(0)),
    repeatWhile(
      isBelow(next(live, REACHED.bytes), liveEnd.get),
      entry.set(loadWhole(live.get, REACHED.entry)),
      failed.set(loadWhole(live.get, REACHED.failed)),
      table.set(loadWhole(entry.get, LEAF_ENTRY.table)),
      ...[
        loadWhole(loadWhole(entry.get, LEAF_ENTRY.record)),
        ...[0, CACHE_LINE, 2 * CACHE_LINE].map((line) => loadShort(plus(table.get, or(failed.get, whole(line))))),
      ].map((read) => sum.set(plus(sum.get, read))),
    ),
    // Kept, so that the reads are not left out.
    storeWhole(numbers.get, sum.get),
    live.set(reached.get),
  ]

  const addLeaf = [
    failed.set(loadWhole(live.get, REACHED.failed)),
    entry.set(loadWhole(live.get, REACHED.entry)),
    table.set(loadWhole(entry.get, LEAF_ENTRY.table)),
    record.set(loadWhole(entry.get, LEAF_ENTRY.record)),
    sets.set(shiftLeft(loadWhole(record.get, RECORD.sets), whole(1))),
    sum.set(whole(0)),
    bit.set(whole(2)),
    slot.set(numbers.get),
    // Sets are twice what they were: numbers have two bytes.
    repeatWhile(
      isBelow(bit.tee(shiftLeft(bit.get, whole(1))), sets.get),
      number.set(loadShort(plus(table.get, or(failed.get, bit.get)))),
      storeWhole(slot.get, number.get),
      sum.set(plus(sum.get, number.get)),
      slot.set(plus(slot.get, whole(4))),
    ),
    unit.set(loadFloat(record.get, RECORD.unit)),
    share.set(
      plusFloat(
        timesFloat(loadFloat(record.get, RECORD.equalUnit), toFloat(sum.get)),
        choose(failed.get, float(0), loadFloat(record.get, RECORD.own)),
      ),
    ),
    slotsEnd.set(slot.get),
    slot.set(numbers.get),
    repeatWhile(
      isBelow(next(slot, 4), slotsEnd.get),
      address.set(plus(values.get, loadWhole(record.get, RECORD.players))),
      storeFloat(
        address.get,
        plusFloat(
          loadFloat(address.get),
          minusFloat(share.get, timesFloat(unit.get, toFloat(loadWhole(slot.get)))),
        ),
      ),
      record.set(plus(record.get, whole(4))),
    ),
  ]

  return code.module(
    repeatWhile(
      isBelow(next(tree, TREE.bytes), treesEnd.get),
      answers.set(firstAnswers.get),
      values.set(firstValues.get),
      repeatWhile(
        isBelow(answers.tee(plus(answers.get, answersBytes.get)), answersEnd.get),
        ...descend,
        ...listReached,
        unless(
          equal(live.get, liveEnd.get),
          unless(isNear.get, ...fetch),
          repeatWhile(isBelow(next(live, REACHED.bytes), liveEnd.get), ...addLeaf),
        ),
        values.set(plus(values.get, valuesBytes.get)),
      ),
    ),
  )
}

function five<T>(make: () => T): [T, T, T, T, T] {
  return [make(), make(), make(), make(), make()]
}
