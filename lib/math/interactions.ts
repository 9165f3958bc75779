// Exact Shapley interaction values of a sum of trees over a background, raw fields as the players: what two fields do
// together beyond what each does alone.
//
// The Shapley interaction index (Grabisch and Roubens 1999, doi:10.1007/s001820050125, equation 6) is linear in the
// game, and for one background row each leaf is a game of its own: it pays its value where all players whose splits only
// the explained row passes have joined (`joined`, a of them), and none of those whose splits only the background row
// passes (`absent`, b of them). Of such a game the index is known in closed form; with n = a + b
//   both joined          (a-2)!  b!    / (n-1)!
//   one joined, one not -(a-1)! (b-1)! / (n-1)!
//   both absent           a!    (b-2)! / (n-1)!
import { LEAF, isTrueAt, type Forest } from './tree-shapley/forest'
import { MathError } from './math-error'

const UNDECIDED = 0
const JOINED = 1
const ABSENT = 2

export interface InteractionExplainer {
  playerCount: number
  /**
   * Mean over the background rows. A pair's value is both halves together: adding up every pair once and what each
   * player does alone gives the margin minus its mean over the background.
   * @param row an encoded row, as the trees see it
   * @param out written: players × players, symmetric, zeros on the diagonal
   */
  explain(row: ArrayLike<number>, out: Float64Array): void
}

/**
 * Time of a row: background rows × leaves that mixing the two rows can reach × the square of the players on the way.
 * @param background encoded rows one after another; at least one
 * @throws MathError `shape-mismatch` where the background is no rows of the forest's columns
 */
export function buildInteractionExplainer(forest: Forest, background: Float64Array): InteractionExplainer {
  const { playerCount, playerOf } = forest
  const width = playerOf.length
  const rowCount = background.length / width
  if (!Number.isInteger(rowCount) || rowCount < 1) throw new MathError('shape-mismatch', `A background of ${background.length} numbers is no rows of ${width}.`)
  const weight = weightsOf(playerCount, rowCount)
  const state = new Uint8Array(playerCount)
  const joined: number[] = []
  const absent: number[] = []
  return {
    playerCount,
    explain(row, out) {
      out.fill(0)
      for (let other = 0; other < rowCount; other++) {
        for (const root of forest.roots) walk(root, row, other * width, out)
      }
      for (let one = 0; one < playerCount; one++) {
        for (let two = one + 1; two < playerCount; two++) out[two * playerCount + one] = out[one * playerCount + two] as number
      }
    },
  }

  function walk(start: number, row: ArrayLike<number>, other: number, out: Float64Array): void {
    let node = start
    for (;;) {
      const column = forest.column[node] as number
      if (column === LEAF) return addLeaf(forest.value[node] as number, out)
      const player = playerOf[column] as number
      const own = isTrueAt(forest, node, row[column] as number)
      const theirs = isTrueAt(forest, node, background[other + column] as number)
      const [whenOwn, whenTheirs] = [next(node, own), next(node, theirs)]
      const decided = state[player]
      if (own === theirs || decided === JOINED) node = whenOwn
      else if (decided === ABSENT) node = whenTheirs
      else {
        state[player] = JOINED
        joined.push(player)
        walk(whenOwn, row, other, out)
        joined.pop()
        state[player] = ABSENT
        absent.push(player)
        walk(whenTheirs, row, other, out)
        absent.pop()
        state[player] = UNDECIDED
        return
      }
    }
  }

  function next(node: number, isTrue: boolean): number {
    return (isTrue ? forest.whenTrue[node] : forest.whenFalse[node]) as number
  }

  function addLeaf(value: number, out: Float64Array): void {
    const [a, b] = [joined.length, absent.length]
    if (a + b < 2) return
    if (a > 1) addPairs(joined, joined, value * weight(a - 2, b), out)
    if (a > 0 && b > 0) addPairs(joined, absent, -value * weight(a - 1, b - 1), out)
    if (b > 1) addPairs(absent, absent, value * weight(a, b - 2), out)
  }

  function addPairs(left: readonly number[], right: readonly number[], value: number, out: Float64Array): void {
    for (let i = 0; i < left.length; i++) {
      for (let j = left === right ? i + 1 : 0; j < right.length; j++) {
        const [one, two] = [left[i] as number, right[j] as number]
        const at = one < two ? one * playerCount + two : two * playerCount + one
        out[at] = (out[at] as number) + value
      }
    }
  }
}

/** s! t! / (s + t + 1)! over the background rows: logarithms, because factorials of many players are no numbers. */
function weightsOf(players: number, rowCount: number): (s: number, t: number) => number {
  const logFactorial = new Float64Array(players + 2)
  for (let n = 2; n < logFactorial.length; n++) logFactorial[n] = (logFactorial[n - 1] as number) + Math.log(n)
  const kept = new Float64Array((players + 1) * (players + 1))
  return (s, t) => {
    const at = s * (players + 1) + t
    const known = kept[at] as number
    if (known !== 0) return known
    const made = Math.exp((logFactorial[s] as number) + (logFactorial[t] as number) - (logFactorial[s + t + 1] as number)) / rowCount
    kept[at] = made
    return made
  }
}
