// Trees too deep for tables: the explained row is walked through each tree together with 32 background rows at once.
//
// For one background row this is the walk of interventional TreeSHAP (Lundberg and others 2020, supplementary algorithm
// 3; Laberge and Pequignot 2022, arXiv:2209.15123): a split where both rows go the same way decides nothing; where they
// part, the player is either in the coalition (the explained row's branch) or not (the background row's). Here a set of
// background rows, the bits of a word, takes the walk in common for as long as its rows decide alike. Time is at most
// linear in the background rows and the leaves, and memory does not grow with depth. Players, not columns, are decided:
// a later split of a decided player goes where the row goes that the player is taken from.
import type { BackgroundAnswers } from './background'
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'
import { ABSENT, JOINED, longestPath, NODE, nodesOf, UNDECIDED } from './walk-nodes'
import { bitCount, leafWeights } from './weights'

/** What a walk of these trees holds, without the forest. */
export function walkBytes(forest: Forest, { holds }: BackgroundAnswers, roots: Int32Array): number {
  const numbers = 2 * (longestPath(forest, roots) + 1) ** 2
  return forest.column.length * NODE * Int32Array.BYTES_PER_ELEMENT + numbers * 8 + holds.byteLength
}

export class Walk {
  private readonly nodes: Int32Array
  /** Of leaves. */
  private readonly value: Float64Array
  private readonly gain: Float64Array
  private readonly loss: Float64Array
  private readonly size: number
  private readonly state: Uint8Array
  /** What the visit before found: the sum over its leaves of value x rows x gain, and of value x rows x loss. */
  private readonly found = new Float64Array(2)
  private answers: Uint8Array = new Uint8Array(0)
  private out: Float64Array = new Float64Array(0)
  /** Which 32 background rows are walked. */
  private word = 0

  /** @param roots of the trees to walk */
  constructor(
    forest: Forest,
    conditions: Conditions,
    private readonly background: BackgroundAnswers,
    private readonly roots: Int32Array,
  ) {
    const weights = leafWeights(longestPath(forest, roots))
    this.gain = weights.gain.map((weight) => weight / background.rowCount)
    this.loss = weights.loss.map((weight) => weight / background.rowCount)
    this.size = weights.size
    this.state = new Uint8Array(forest.playerCount)
    this.value = forest.value
    this.nodes = nodesOf(forest, conditions)
  }

  /** Adds the contributions of the walked trees. @param answers of the explained row. @param out by player. */
  add(answers: Uint8Array, out: Float64Array): void {
    this.answers = answers
    this.out = out
    const { everyone, words } = this.background
    for (let tree = 0; tree < this.roots.length; tree++) {
      for (this.word = 0; this.word < words; this.word++) {
        this.visit(this.roots[tree] as number, everyone[this.word] as number, 0, 0)
      }
    }
  }

  /** @param set the background rows that come here. @param joined players decided to be in, and `absent` out. */
  private visit(from: number, set: number, joined: number, absent: number): void {
    const { nodes, state, found } = this
    let at = from * NODE
    for (let player = nodes[at] as number; player !== LEAF; player = nodes[at] as number) {
      const condition = nodes[at + 1] as number
      const mine = nodes[at + (this.answers[condition] === 1 ? 2 : 3)] as number
      const decision = state[player]
      if (decision === JOINED) {
        at = mine * NODE
        continue
      }
      const holds = this.background.holds[condition * this.background.words + this.word] as number
      const alike = this.answers[condition] === 1 ? set & holds : set & ~holds
      const apart = set ^ alike
      if (apart === 0) {
        at = mine * NODE
        continue
      }
      const other = nodes[at + (this.answers[condition] === 1 ? 3 : 2)] as number
      if (decision === ABSENT && alike === 0) {
        at = other * NODE
        continue
      }
      let plus = 0
      let minus = 0
      if (alike !== 0) {
        this.visit(mine, alike, joined, absent)
        plus = found[0] as number
        minus = found[1] as number
      }
      if (decision === ABSENT) {
        this.visit(other, apart, joined, absent)
        found[0] = plus + (found[0] as number)
        found[1] = minus + (found[1] as number)
        return
      }
      state[player] = JOINED
      this.visit(mine, apart, joined + 1, absent)
      const gained = found[0] as number
      plus += gained
      minus += found[1] as number
      state[player] = ABSENT
      this.visit(other, apart, joined, absent + 1)
      state[player] = UNDECIDED
      this.out[player] = (this.out[player] as number) + (gained - (found[1] as number))
      found[0] = plus + (found[0] as number)
      found[1] = minus + (found[1] as number)
      return
    }
    const part = (this.value[at / NODE] as number) * bitCount(set)
    const weight = joined * this.size + absent
    found[0] = part * (this.gain[weight] as number)
    found[1] = part * (this.loss[weight] as number)
  }
}
