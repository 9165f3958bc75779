// What one leaf gives to the players on its path, for every pattern of which of them the explained row satisfies.
//
// The idea is WOODELF's (Nadel and Wettenstein, AAAI 2026, arXiv:2511.09376): the leaf of a path with d players is
// reached by a coalition exactly if each player's conditions hold for the row that the player's values are taken from.
// So only two patterns of d bits count, the explained row's and the background row's, and how often each background
// pattern occurs is known beforehand.
import { countOf, type BackgroundAnswers } from './background'
import type { Leaf } from './paths'
import { bitCount, type LeafWeights } from './weights'

/** More players on one path make no table: 2^players rows of numbers. */
export const MOST_PLAYERS = 24

/**
 * @param players the player of each of the leaf's conditions, numbered from 0 within the leaf
 * @param playerCount d
 * @returns at [pattern * d + player]: the player's contribution, averaged over the background rows, in the unit of the
 * leaf's value. A pattern's bit k says whether the explained row satisfies player k. Zero where nothing can happen.
 */
export function leafTable(
  leaf: Leaf,
  players: Int32Array,
  playerCount: number,
  background: BackgroundAnswers,
  { gain, loss, size }: LeafWeights,
): Float64Array {
  const table = new Float64Array(2 ** playerCount * playerCount)
  const everyone = 2 ** playerCount - 1
  const unit = leaf.value / background.rowCount
  for (const [satisfied, count] of patternsOf(leaf, players, playerCount, background)) {
    // Who is not satisfied by the background row must come from the explained row: it must satisfy them (joined).
    // Who is satisfied by the background row may fail in the explained row (absent), each subset one pattern.
    const joined = everyone ^ satisfied
    const joinedCount = bitCount(joined)
    let absent = satisfied
    for (;;) {
      const weight = joinedCount * size + bitCount(absent)
      const plus = count * unit * (gain[weight] as number)
      const minus = count * unit * (loss[weight] as number)
      const start = (everyone ^ absent) * playerCount
      for (let player = 0; player < playerCount; player++) {
        const bit = 1 << player
        if ((joined & bit) !== 0) table[start + player] = (table[start + player] as number) + plus
        else if ((absent & bit) !== 0) table[start + player] = (table[start + player] as number) - minus
      }
      if (absent === 0) break
      absent = (absent - 1) & satisfied
    }
  }
  return table
}

/** The background's patterns that occur, with the number of their rows. */
function patternsOf(
  leaf: Leaf,
  players: Int32Array,
  playerCount: number,
  { words, holds, everyone }: BackgroundAnswers,
): [pattern: number, count: number][] {
  const satisfied = new Int32Array(playerCount * words)
  for (let player = 0; player < playerCount; player++) satisfied.set(everyone, player * words)
  leaf.conditions.forEach((condition, index) => {
    const player = players[index] as number
    const flip = leaf.wanted[index] === 1 ? 0 : -1
    for (let word = 0; word < words; word++) {
      const at = player * words + word
      satisfied[at] = (satisfied[at] as number) & ((holds[condition * words + word] as number) ^ flip)
    }
  })
  const found: [number, number][] = []
  const sets = new Int32Array((playerCount + 1) * words)
  sets.set(everyone)
  const split = (player: number, pattern: number): void => {
    const start = player * words
    if (player === playerCount) {
      found.push([pattern, countOf(sets, start, words)])
      return
    }
    for (const flip of [0, -1]) {
      let some = 0
      for (let word = 0; word < words; word++) {
        const set = (sets[start + word] as number) & ((satisfied[start + word] as number) ^ flip)
        sets[start + words + word] = set
        some |= set
      }
      if (some !== 0) split(player + 1, flip === 0 ? pattern | (1 << player) : pattern)
    }
  }
  split(0, 0)
  return found
}
