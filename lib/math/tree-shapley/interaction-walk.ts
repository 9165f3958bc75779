// Shapley interaction indices (see interactions.ts) of trees without tables, by the walk of walk.ts.
import type { BackgroundAnswers } from './background'
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'
import { ABSENT, JOINED, longestPath, NODE, nodesOf, UNDECIDED } from './walk-nodes'
import { bitCount, pairWeights, type PairWeights } from './weights'

export class InteractionWalk {
  private readonly nodes: Int32Array
  private readonly weights: PairWeights
  private readonly state: Uint8Array
  /** The decided players on the way, in two stacks. */
  private readonly joined: Int32Array
  private readonly absent: Int32Array
  private answers: Uint8Array = new Uint8Array(0)
  private out: Float64Array = new Float64Array(0)
  private word = 0

  constructor(
    private readonly forest: Forest,
    conditions: Conditions,
    private readonly background: BackgroundAnswers,
    private readonly roots: Int32Array,
  ) {
    const most = longestPath(forest, roots)
    this.nodes = nodesOf(forest, conditions)
    this.weights = pairWeights(most)
    this.state = new Uint8Array(forest.playerCount)
    this.joined = new Int32Array(most)
    this.absent = new Int32Array(most)
  }

  /** Without the forest. */
  get bytes(): number {
    const { nodes, weights, background } = this
    const { bothJoined, bothAbsent, oneEach } = weights
    return [nodes, bothJoined, bothAbsent, oneEach, background.holds].reduce((sum, array) => sum + array.byteLength, 0)
  }

  /**
   * Adds each pair's index at [i, j] or at [j, i], or parts of it at both.
   * @param answers of the explained row
   * @param out `playerCount` times `playerCount` numbers
   */
  add(answers: Uint8Array, out: Float64Array): void {
    this.answers = answers
    this.out = out
    const { everyone, words } = this.background
    for (const root of this.roots) {
      for (this.word = 0; this.word < words; this.word++) this.visit(root, everyone[this.word] as number, 0, 0)
    }
  }

  /** @param set the background rows that come here. @param joined how many players are in, and `absent` out. */
  private visit(from: number, set: number, joined: number, absent: number): void {
    const { nodes, state, background } = this
    let at = from * NODE
    for (let player = nodes[at] as number; player !== LEAF; player = nodes[at] as number) {
      const condition = nodes[at + 1] as number
      const answer = this.answers[condition] === 1
      const mine = nodes[at + (answer ? 2 : 3)] as number
      const other = nodes[at + (answer ? 3 : 2)] as number
      const decision = state[player]
      const holds = background.holds[condition * background.words + this.word] as number
      const alike = decision === JOINED ? set : answer ? set & holds : set & ~holds
      const apart = set ^ alike
      if (apart === 0) {
        at = mine * NODE
        continue
      }
      if (decision === ABSENT) {
        if (alike !== 0) this.visit(mine, alike, joined, absent)
        this.visit(other, apart, joined, absent)
        return
      }
      if (alike !== 0) this.visit(mine, alike, joined, absent)
      state[player] = JOINED
      this.joined[joined] = player
      this.visit(mine, apart, joined + 1, absent)
      state[player] = ABSENT
      this.absent[absent] = player
      this.visit(other, apart, joined, absent + 1)
      state[player] = UNDECIDED
      return
    }
    this.addLeaf((this.forest.value[at / NODE] as number) * (bitCount(set) / background.rowCount), joined, absent)
  }

  private addLeaf(value: number, joinedCount: number, absentCount: number): void {
    const { joined, absent, weights, out } = this
    const players = this.forest.playerCount
    const at = joinedCount * weights.size + absentCount
    const inside = value * (weights.bothJoined[at] as number)
    const outside = value * (weights.bothAbsent[at] as number)
    const across = value * (weights.oneEach[at] as number)
    const add = (one: number, two: number, part: number) => {
      const cell = one * players + two
      out[cell] = (out[cell] as number) + part
    }
    for (let i = 0; i < joinedCount; i++) {
      for (let j = 0; j < i; j++) add(joined[i] as number, joined[j] as number, inside)
      for (let j = 0; j < absentCount; j++) add(joined[i] as number, absent[j] as number, -across)
    }
    for (let i = 0; i < absentCount; i++) {
      for (let j = 0; j < i; j++) add(absent[i] as number, absent[j] as number, outside)
    }
  }
}
