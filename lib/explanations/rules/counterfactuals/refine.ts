// Makes a combination that is enough as small as it can be: without what is not needed, each change as short as it may be.
import { byCost, keyOf, withChange, without, type Evaluated, type State } from './evaluated'
import type { Freedom } from './freedoms'

/** Shortening one change makes room in another; this often the round is made. */
const MOST_ROUNDS = 4

/** The result reaches the goal with every change needed: taking any one back loses it. */
export async function refine(evaluated: Evaluated, freedoms: readonly Freedom[], start: State): Promise<State> {
  let best = await withoutNeedless(evaluated, start)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = keyOf(best.changes)
    for (const place of [...best.changes.keys()].sort((a, b) => a - b)) {
      const freedom = freedoms[place]
      if (!freedom || !best.changes.has(place)) continue
      best = await cheaperValue(evaluated, freedom, place, best)
      best = await shortened(evaluated, freedom, place, best)
    }
    best = await withoutNeedless(evaluated, best)
    if (keyOf(best.changes) === before) break
  }
  return best
}

async function withoutNeedless(evaluated: Evaluated, start: State): Promise<State> {
  for (let best = start; ; ) {
    if (best.changes.size <= 1) return best
    const fewer = await evaluated.states([...best.changes.keys()].map((place) => without(best.changes, place)))
    const [cheapest] = fewer.filter(({ gap }) => gap <= 0).sort(byCost)
    if (!cheapest) return best
    best = cheapest
  }
}

async function cheaperValue(evaluated: Evaluated, freedom: Freedom, place: number, best: State): Promise<State> {
  const present = freedom.costOf(best.changes.get(place) ?? null)
  const cheaper = freedom.candidates.filter(({ cost }) => cost < present).map(({ value }) => withChange(best.changes, place, value))
  const [cheapest] = (await evaluated.states(cheaper)).filter(({ gap }) => gap <= 0).sort(byCost)
  return cheapest ?? best
}

/** Halves the way back towards the present value as long as the goal is reached: finds the threshold between two values that were tried. */
async function shortened(evaluated: Evaluated, { present, candidates, grid }: Freedom, place: number, best: State): Promise<State> {
  const reached = best.changes.get(place)
  if (grid === null || typeof reached !== 'number') return best
  const { low: lowest, high: highest, step } = grid
  // Nearer values of the list were tried and are not enough: the threshold lies before the next one.
  const nearer = typeof present === 'number' ? nearestTried(candidates, Math.min(highest, Math.max(lowest, present)), reached) : reached
  let [enough, low, high] = [best, 0, Math.round(Math.abs(reached - nearer) / step)]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    const value = Number((reached + Math.sign(nearer - reached) * middle * step).toPrecision(12))
    const [state] = await evaluated.states([withChange(best.changes, place, value)])
    if (!state) return enough
    if (state.gap <= 0) {
      if (byCost(state, enough) < 0) enough = state
      low = middle
    } else high = middle
  }
  return enough
}

/** The last value on the way that was tried and is not enough; `from` where there is none. */
function nearestTried(candidates: Freedom['candidates'], from: number, reached: number): number {
  let nearest = from
  for (const { value } of candidates) {
    if (typeof value !== 'number') continue
    const isBetween = reached > from ? value < reached && value > nearest : value > reached && value < nearest
    if (isBetween) nearest = value
  }
  return nearest
}

