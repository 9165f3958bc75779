/**
 * The smallest changes that would have led to another answer: counterfactual explanations (Wachter, Mittelstadt and
 * Russell 2017, arXiv:1711.00399), several and different from each other as in DiCE (Mothilal, Sharma and Tan 2020,
 * arXiv:1905.07697). Combinations of few fields are tried first and widened from the most promising ones; what is enough
 * is then made as small as it can be. Only answers are asked of the model, so every kind of model will do; nothing is
 * random, so the same case has the same answer.
 */
import type { FieldValue } from '../../contract/lookup'
import { byCost, Evaluated, fieldsKey, withChange, type Changes, type SearchedModel, type State } from './evaluated'
import { refine } from './refine'
import type { Freedom } from './freedoms'

export interface SearchOptions {
  mostFields: number
  most: number
  /** Rows asked of the model. */
  budget?: number
}

export interface FoundState {
  changes: Record<string, FieldValue>
  cost: number
  gap: number
}

export interface SearchResult {
  /** The nearest first, each of other fields; none where the budget or the fields are not enough. */
  found: FoundState[]
  /** Where none was found: what comes closest, of as many fields as it takes. */
  closest: FoundState | null
  evaluations: number
  isComplete: boolean
}

const BUDGET = 20_000
/** Combinations that are widened by another field. */
const BEAM = 24
/** Of the same fields, so that the beam keeps different ways open. */
const BEAM_A_SET = 3
/** Values of a field that are tried in combinations. */
const SHORTLIST = 8
/** Made small; those beyond are more expensive already before that. */
const MOST_REFINED = 16

export async function searchCounterfactuals(model: SearchedModel, { mostFields, most, budget = BUDGET }: SearchOptions): Promise<SearchResult> {
  const { freedoms } = model
  const evaluated = new Evaluated(model, budget)
  const [start] = await evaluated.states([new Map()])
  if (!start) throw new Error('a search needs a budget')
  const singles = await evaluated.states(freedoms.flatMap((freedom, place) => freedom.candidates.map(({ value }) => withChange(start.changes, place, value))))
  const shortlists = freedoms.map((_, place) => shortlistOf(singles.filter(({ changes }) => changes.has(place)), start.gap))
  const priceOfGap = priceOf(singles, start)
  const reached = new BestOfSets()
  reached.add(singles)
  let closest = closestOf([start, ...singles])
  let beam = beamOf(singles, priceOfGap)
  for (let fields = 2; fields <= mostFields && fields <= freedoms.length && (fields === 2 || reached.count < most); fields++) {
    const widened = await evaluated.states(beam.flatMap(({ changes }) => widenings(changes, shortlists)))
    reached.add(widened)
    closest = closestOf([closest, ...widened])
    beam = beamOf(widened, priceOfGap)
  }
  const refined = new BestOfSets()
  for (const state of reached.cheapest(MOST_REFINED)) refined.add([await refine(evaluated, freedoms, state)])
  const found = different(refined.cheapest(MOST_REFINED), most)
  const last = found.length > 0 ? null : await furthest(evaluated, freedoms, closest)
  return {
    found: found.map((state) => asFound(state, freedoms)),
    closest: last && last.changes.size > 0 ? asFound(last, freedoms) : null,
    evaluations: evaluated.evaluations,
    isComplete: !evaluated.isSpent,
  }
}

/** What reached the goal: for each set of fields the cheapest. */
class BestOfSets {
  private readonly states = new Map<string, State>()

  get count(): number {
    return this.states.size
  }

  add(states: readonly State[]): void {
    for (const state of states) {
      if (state.gap > 0) continue
      const key = fieldsKey(state.changes)
      const kept = this.states.get(key)
      if (!kept || byCost(state, kept) < 0) this.states.set(key, state)
    }
  }

  cheapest(most: number): State[] {
    return [...this.states.values()].sort(byCost).slice(0, most)
  }
}

/** A field's values where more cost brings more, and a few others: what does nothing alone may do something with another field. */
function shortlistOf(singles: readonly State[], startGap: number): Changes[] {
  const front: State[] = []
  for (const state of [...singles].sort(byCost)) if (state.gap < (front.at(-1)?.gap ?? startGap)) front.push(state)
  const spread = evenly(front, SHORTLIST)
  const others = evenly(singles.filter((state) => !spread.includes(state)), Math.max(2, SHORTLIST - spread.length - 2))
  return [...spread, ...others].map(({ changes }) => changes)
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T)
}

/** What closing a part of the gap costs at best: with it a state's whole cost is guessed, as in A* (Hart, Nilsson and Raphael 1968). */
function priceOf(singles: readonly State[], start: State): number {
  const prices = singles.flatMap(({ cost, gap }) => (gap < start.gap ? [cost / (start.gap - gap)] : []))
  return prices.length === 0 ? 0 : Math.min(...prices)
}

function beamOf(states: readonly State[], priceOfGap: number): State[] {
  const guess = ({ cost, gap }: State) => cost + Math.max(0, gap) * priceOfGap
  const perSet = new Map<string, number>()
  return states
    .filter(({ gap }) => gap > 0)
    .sort((a, b) => guess(a) - guess(b) || byCost(a, b))
    .filter(({ changes }) => {
      const key = fieldsKey(changes)
      const taken = perSet.get(key) ?? 0
      perSet.set(key, taken + 1)
      return taken < BEAM_A_SET
    })
    .slice(0, BEAM)
}

function widenings(changes: Changes, shortlists: readonly (readonly Changes[])[]): Changes[] {
  return shortlists.flatMap((shortlist, place) => (changes.has(place) ? [] : shortlist.map((single) => new Map([...changes, ...single]))))
}

function closestOf(states: readonly State[]): State {
  return states.reduce((best, state) => (state.gap < best.gap || (state.gap === best.gap && byCost(state, best) < 0) ? state : best))
}

/** The cheapest, then whatever is cheap and changes other fields: overlap (Jaccard) makes a way dearer. */
function different(states: readonly State[], most: number): State[] {
  const left = [...states]
  const chosen: State[] = []
  while (chosen.length < most && left.length > 0) {
    const price = (state: State) => state.cost * (1 + Math.max(0, ...chosen.map((other) => overlap(state.changes, other.changes))))
    const next = left.reduce((best, state) => (price(state) < price(best) ? state : best))
    left.splice(left.indexOf(next), 1)
    chosen.push(next)
  }
  return chosen.sort(byCost)
}

function overlap(a: Changes, b: Changes): number {
  const shared = [...a.keys()].filter((place) => b.has(place)).length
  return shared / (a.size + b.size - shared)
}

/** From the best so far, always the one change that brings most, whatever the number of fields; then as small as it can be. */
async function furthest(evaluated: Evaluated, freedoms: readonly Freedom[], from: State): Promise<State> {
  let best = from
  for (let round = 0; round < freedoms.length && best.gap > 0; round++) {
    const next = closestOf([best, ...(await evaluated.states(freedoms.flatMap((freedom, place) => freedom.candidates.map(({ value }) => withChange(best.changes, place, value)))))])
    if (next === best || next.gap >= best.gap) break
    best = next
  }
  return best.gap <= 0 ? refine(evaluated, freedoms, best) : best
}

function asFound({ changes, cost, gap }: State, freedoms: readonly Freedom[]): FoundState {
  return { changes: Object.fromEntries([...changes].sort(([a], [b]) => a - b).map(([place, value]) => [freedoms[place]?.field ?? '', value])), cost, gap }
}
