// Trees too deep for tables: the explained row is walked through each tree together with all background rows at once.
//
// For one background row this is the walk of interventional TreeSHAP (Lundberg and others 2020, supplementary algorithm
// 3; Laberge and Pequignot 2022, arXiv:2209.15123): a split where both rows go the same way decides nothing; where they
// part, the player is either in the coalition (the explained row's branch) or not (the background row's). Here a set of
// background rows takes the walk in common for as long as its rows decide alike, so time is at most linear in the
// background rows and the leaves, and memory does not grow with depth. Players, not columns, are decided: a second
// split on a decided player's column goes where that player's row goes.
import { countOf, type BackgroundAnswers } from './background'
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'
import { leafWeights, type LeafWeights } from './weights'

const UNDECIDED = 0
const JOINED = 1
const ABSENT = 2

export class Walk {
  private readonly weights: LeafWeights
  private readonly player: Int32Array
  private readonly state: Uint8Array
  private readonly decided: Int32Array
  /** The set of background rows at each level of the recursion. */
  private readonly sets: Int32Array
  private answers: Uint8Array = new Uint8Array(0)
  private out: Float64Array = new Float64Array(0)

  /** @param roots of the trees to walk */
  constructor(
    private readonly forest: Forest,
    private readonly conditions: Conditions,
    private readonly background: BackgroundAnswers,
    private readonly roots: readonly number[],
  ) {
    const deepest = Math.max(0, ...roots.map((root) => depthOf(forest, root)))
    this.sets = new Int32Array((deepest + 2) * background.words)
    const most = Math.min(deepest, forest.playerCount)
    this.weights = leafWeights(most)
    this.state = new Uint8Array(forest.playerCount)
    this.decided = new Int32Array(most + 1)
    this.player = forest.column.map((column) => (column === LEAF ? LEAF : (forest.playerOf[column] as number)))
  }

  /** Adds the contributions of the walked trees. @param answers of the explained row. @param out by player. */
  add(answers: Uint8Array, out: Float64Array): void {
    this.answers = answers
    this.out = out
    this.sets.set(this.background.everyone)
    for (let tree = 0; tree < this.roots.length; tree++) this.visit(this.roots[tree] as number, 0, 0, 0)
  }

  private visit(from: number, level: number, joined: number, absent: number): void {
    const { forest, conditions, state, background, sets } = this
    const { words, holds } = background
    const own = level * words
    const next = own + words
    let node = from
    for (;;) {
      if (forest.column[node] === LEAF) {
        if (joined + absent > 0) this.give(forest.value[node] as number, own, joined, absent)
        return
      }
      const player = this.player[node] as number
      const condition = conditions.ofNode[node] as number
      const opposite = conditions.isOpposite[node] as number
      const mine = ((this.answers[condition] as number) ^ opposite) === 1
      const yes = forest.whenTrue[node] as number
      const no = forest.whenFalse[node] as number
      const decision = state[player]
      if (decision === JOINED) {
        node = mine ? yes : no
        continue
      }
      // The rows that take the explained row's branch, and those that take the other.
      const flip = mine === (opposite === 0) ? 0 : -1
      const answersAt = condition * words
      let alike = 0
      let apart = 0
      for (let word = 0; word < words; word++) {
        const set = sets[own + word] as number
        const same = set & ((holds[answersAt + word] as number) ^ flip)
        alike |= same
        apart |= set ^ same
        sets[next + word] = same
      }
      if (apart === 0) {
        node = mine ? yes : no
        continue
      }
      if (decision === ABSENT && alike === 0) {
        node = mine ? no : yes
        continue
      }
      if (alike !== 0) this.visit(mine ? yes : no, level + 1, joined, absent)
      for (let word = 0; word < words; word++) {
        const set = sets[own + word] as number
        sets[next + word] = set & ((holds[answersAt + word] as number) ^ ~flip)
      }
      if (decision === ABSENT) {
        this.visit(mine ? no : yes, level + 1, joined, absent)
        return
      }
      this.decided[joined + absent] = player
      state[player] = JOINED
      this.visit(mine ? yes : no, level + 1, joined + 1, absent)
      state[player] = ABSENT
      this.visit(mine ? no : yes, level + 1, joined, absent + 1)
      state[player] = UNDECIDED
      return
    }
  }

  private give(value: number, set: number, joined: number, absent: number): void {
    const { background, weights, decided, state, out } = this
    const part = (value * countOf(this.sets, set, background.words)) / background.rowCount
    const at = joined * weights.size + absent
    const plus = part * (weights.gain[at] as number)
    const minus = part * (weights.loss[at] as number)
    for (let index = 0; index < joined + absent; index++) {
      const player = decided[index] as number
      out[player] = (out[player] as number) + (state[player] === JOINED ? plus : -minus)
    }
  }
}

function depthOf(forest: Forest, node: number): number {
  const known = new Map<number, number>()
  const measure = (at: number): number => {
    if (forest.column[at] === LEAF) return 0
    const found = known.get(at)
    if (found !== undefined) return found
    const depth = 1 + Math.max(measure(forest.whenTrue[at] as number), measure(forest.whenFalse[at] as number))
    known.set(at, depth)
    return depth
  }
  return measure(node)
}
