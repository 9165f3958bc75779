// Which decisions become cases. Each decision has a place in the draw, the SHA-256 of `seed:id`, and the smallest places
// are drawn: a simple random sample without replacement, which anybody can repeat with a list of ids and sha256sum, and
// which needs no more memory than the sample (bottom-k sampling, Cohen and Kaplan, doi:10.1145/1281100.1281133).
import { hash } from 'node:crypto'
import { MOST_REVIEW_CASES, MOST_REVIEW_STRATA, type ReviewSelection, type ReviewStratum } from '../contract'

export interface DrawnCase {
  predictionId: string
  stratum: string | null
}

/** 64 hexadecimal digits. */
export function placeInDraw(seed: number, predictionId: string): string {
  return hash('sha256', `${seed}:${predictionId}`)
}

type Wanted = Pick<ReviewSelection, 'kind' | 'size' | 'seed'>

/** Takes the population one by one, in any order; of `all`, in the order of time. */
export class CaseDraw {
  private readonly groups = new Map<string | null, { population: number; drawn: { place: string; predictionId: string }[] }>()

  constructor(private readonly wanted: Wanted) {}

  /** Groups that were seen; past MOST_REVIEW_STRATA there is no point in going on. */
  get strata(): number {
    return this.groups.size
  }

  offer(predictionId: string, stratum: string | null): void {
    let group = this.groups.get(stratum)
    if (!group) this.groups.set(stratum, (group = { population: 0, drawn: [] }))
    group.population += 1
    const { drawn } = group
    const most = sampleSize(this.wanted, Infinity)
    if (this.wanted.kind === 'all') {
      if (drawn.length < most) drawn.push({ place: '', predictionId })
      return
    }
    const place = placeInDraw(this.wanted.seed, predictionId)
    const last = drawn.at(-1)
    if (last !== undefined && drawn.length === most && place > last.place) return
    drawn.splice(indexOfPlace(drawn, place), 0, { place, predictionId })
    if (drawn.length > most) drawn.pop()
  }

  /** Group by group, within each in the order of the draw, so that the first ones are a random sample too. */
  cases(): DrawnCase[] {
    return this.sorted().flatMap(([stratum, { drawn }]) => drawn.map(({ predictionId }) => ({ predictionId, stratum })))
  }

  tally(): ReviewStratum[] {
    return this.sorted().map(([stratum, { population }]) => ({ stratum, population, cases: sampleSize(this.wanted, population) }))
  }

  private sorted() {
    return [...this.groups].sort(([a], [b]) => compareStrata(a ?? '', b ?? ''))
  }
}

/** Counts what a draw would give, without drawing. */
export function tallyOf(wanted: Wanted, populations: ReadonlyMap<string | null, number>): ReviewStratum[] {
  return [...populations]
    .sort(([a], [b]) => compareStrata(a ?? '', b ?? ''))
    .map(([stratum, population]) => ({ stratum, population, cases: sampleSize(wanted, population) }))
}

function sampleSize({ kind, size }: Wanted, population: number): number {
  return Math.min(kind === 'all' ? MOST_REVIEW_CASES : (size ?? 0), population)
}

/** Why no review can be made of it; null where one can. */
export function selectionRefusal(kind: ReviewSelection['kind'], strata: readonly ReviewStratum[]): { code: string; message: string } | null {
  const population = sum(strata, 'population')
  if (population === 0) {
    return { code: 'review_empty', message: 'No decision matches. Widen the period, or take the decision or the group away.' }
  }
  if (strata.length > MOST_REVIEW_STRATA) {
    return { code: 'review_strata_too_many', message: `There are more than ${MOST_REVIEW_STRATA} groups. Choose a field with fewer values.` }
  }
  if (kind === 'all' && population > MOST_REVIEW_CASES) {
    return {
      code: 'review_too_large',
      message: `${population.toLocaleString('en-US')} decisions match, and a review has at most ${MOST_REVIEW_CASES} cases. Shorten the period, or draw a sample.`,
    }
  }
  const cases = sum(strata, 'cases')
  if (cases > MOST_REVIEW_CASES) {
    return {
      code: 'review_too_large',
      message: `${strata.length} groups would give ${cases.toLocaleString('en-US')} cases, and a review has at most ${MOST_REVIEW_CASES}. Draw fewer from each group.`,
    }
  }
  return null
}

export function sum(strata: readonly ReviewStratum[], what: 'population' | 'cases'): number {
  return strata.reduce((total, stratum) => total + stratum[what], 0)
}

/** Bands such as `..25`, `25..40` in the order of their numbers, everything else as text, what was not given last. */
function compareStrata(a: string, b: string): number {
  if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1
  const [low, high] = [startOfBand(a), startOfBand(b)]
  if (low !== null && high !== null && low !== high) return low - high
  return a < b ? -1 : a > b ? 1 : 0
}

function startOfBand(stratum: string): number | null {
  const start = stratum.split('..', 1)[0] ?? ''
  if (start === '') return -Infinity
  const value = Number(start)
  return Number.isNaN(value) ? null : value
}

function indexOfPlace(drawn: readonly { place: string }[], place: string): number {
  let low = 0
  let high = drawn.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((drawn[middle]?.place ?? '') < place) low = middle + 1
    else high = middle
  }
  return low
}
