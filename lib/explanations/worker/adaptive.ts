// How exact an explanation is made, and when it is exact enough.
import { Random } from '@/lib/math/random'
import { explainByPermutation, explainExactly, mostExactPlayers, type ShapleyGame, type ShapleyValues } from '@/lib/math/shapley'

/** Listing every coalition is done at once where it asks the model for no more rows than this: a fraction of a second of a usual model. */
const CHEAP_EXACT_EVALUATIONS = 65_536

/** Models of so few fields are listed whole, whatever it takes: 4,096 coalitions for each background row. */
const MOST_LISTED_FIELDS = 12

/**
 * Sampling goes on until the largest standard error is below this part of the spread, the distance from the most
 * lowering to the most raising field: such an error is a line's width in the waterfall, and two fields that change
 * places because of it differ by less than a reader would call a difference.
 */
export const TARGET_ERROR = 0.02

/** Where the target is not reached, the work ends here. Counted in rows asked of the model, so that a busy machine answers the same. */
const MOST_EVALUATIONS = 400_000

/** A model so slow that even this is too much ends after this time: what a person waits for with patience. */
const TIME_BUDGET_MS = 10_000

/** Of each background row, in one round. Two are the fewest that show a spread. */
const PAIRS_A_ROUND = 2

export interface AdaptiveOptions {
  seed: number
  /**
   * At least so many orders, whatever the error, where precision is not what counts. The number that an earlier
   * explanation walked repeats it to the bit, and 0 lists every coalition.
   */
  permutations?: number
  /** Lists every coalition only where that asks for no more rows than this: a server elsewhere allows explanations so many. */
  mostListedRows?: number
  timeBudgetMs?: number
}

/** Exact where that is affordable, else rounds of independent samples until the error is small or a budget is spent. */
export async function explainAdaptively(game: ShapleyGame, options: AdaptiveOptions): Promise<ShapleyValues> {
  const { permutations: wanted, mostListedRows, timeBudgetMs = TIME_BUDGET_MS } = options
  const exactCost = exactEvaluations(game)
  const isListed = mostListedRows === undefined ? exactCost <= CHEAP_EXACT_EVALUATIONS || game.playerCount <= MOST_LISTED_FIELDS : exactCost <= mostListedRows
  if (wanted === undefined ? isListed : wanted === 0) return explainExactly(game)
  const startedAt = performance.now()
  const sample = new GrowingSample(game, options.seed)
  for (;;) {
    const found = await sample.grow()
    if (wanted !== undefined) {
      if (found.permutations >= wanted) return found
      continue
    }
    if (isPrecise(found) || performance.now() - startedAt >= timeBudgetMs) return found
    // A row this hard to sample: listing everything costs little more than was spent already.
    if (exactCost <= Math.min(2 * found.evaluations, MOST_EVALUATIONS)) return explainExactly(game)
    if (found.evaluations >= MOST_EVALUATIONS) return found
  }
}

/** Independent rounds of samples, and after each the mean of all so far with its standard error. */
class GrowingSample {
  private readonly seeds: Random
  private readonly sums: Float64Array
  private readonly variances: Float64Array
  private rounds = 0
  private permutations = 0
  private evaluations = 0

  constructor(
    private readonly game: ShapleyGame,
    seed: number,
  ) {
    this.seeds = new Random(seed)
    this.sums = new Float64Array(game.playerCount)
    this.variances = new Float64Array(game.playerCount)
  }

  async grow(): Promise<ShapleyValues> {
    const permutations = 2 * PAIRS_A_ROUND * this.game.backgroundCount
    const round = await explainByPermutation({ ...this.game, permutations, seed: this.seeds.uint32() })
    this.rounds += 1
    this.permutations += round.permutations
    this.evaluations += round.evaluations
    round.values.forEach((value, player) => {
      this.sums[player] = (this.sums[player] as number) + value
      this.variances[player] = (this.variances[player] as number) + (round.standardErrors[player] as number) ** 2
    })
    return {
      ...round,
      values: this.sums.map((sum) => sum / this.rounds),
      standardErrors: this.variances.map((variance) => Math.sqrt(variance) / this.rounds),
      permutations: this.permutations,
      evaluations: this.evaluations,
    }
  }
}

function isPrecise({ values, standardErrors }: ShapleyValues): boolean {
  const spread = Math.max(0, ...values) - Math.min(0, ...values)
  return Math.max(...standardErrors) <= TARGET_ERROR * spread
}

/** Rows that listing every coalition asks for: 2 to the number of differing players, for each background row. Infinity where they are too many. */
function exactEvaluations({ playerCount, backgroundCount, isSame }: ShapleyGame): number {
  let rows = 0
  for (let background = 0; background < backgroundCount; background++) {
    let players = 0
    for (let player = 0; player < playerCount; player++) if (!isSame?.(player, background)) players += 1
    rows += players > mostExactPlayers ? Infinity : 2 ** players
  }
  return rows
}
