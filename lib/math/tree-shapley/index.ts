// Exact interventional (background) Shapley values of a sum of trees, raw fields as the players: how much each field
// moves the margin from its mean over the background rows to the margin of the explained row.
//
// Shapley 1953 for the value; for one background row the game's value of a coalition is the margin of the row that has
// the coalition's fields from the explained row and the others from the background row, and values are averaged over
// the background rows (Lundberg and Lee 2017, arXiv:1705.07874). Work that does not depend on the explained row is done
// once, into tables (potential-weights.ts says of what); trees whose tables do not fit the budget are walked for every
// row (walk.ts). Both give the same values.
import { MathError } from '../math-error'
import { answersOf } from './background'
import { answer, conditionsOf } from './conditions'
import { checkForest, marginOf, type Forest } from './forest'
import { Interactions } from './interactions'
import { planOf } from './plan'
import { BATCH_ROWS } from './potentials'
import { subtreeTables } from './subtrees'
import { Walk } from './walk'

export { checkForest, Comparison, LEAF, leafOf, marginOf, type Forest } from './forest'

export const DEFAULT_BUDGET_BYTES = 64 * 1024 * 1024

export interface TreeExplainerOptions {
  /** What the explainer may hold. Default 64 MB. Where the walk alone takes more, every tree is walked. */
  budgetBytes?: number
}

export interface TreeExplainerDescription {
  /** `tables`: explaining is look-ups. `walk`: every background row is walked. `mixed`: some trees each. */
  method: 'tables' | 'walk' | 'mixed'
  /** One sentence for people. */
  reason: string
  trees: number
  treesInTables: number
  /** One for each leaf that a row can reach, or several where its numbers are large. */
  tables: number
  tableBytes: number
  /** Everything held: tables, conditions, the walk's nodes and background, room to work; not the forest itself. */
  heldBytes: number
  budgetBytes: number
  backgroundRows: number
}

export interface TreeExplainer {
  playerCount: number
  /** The mean of the margin over the background rows. */
  base: number
  /**
   * base + sum(out) = margin(row) up to float64 rounding. Allocates nothing; not re-entrant.
   * @param row one number for each column, NaN where missing, rounded as the trees' input is (float32)
   * @param out written: one number for each player, in the unit of the margin
   */
  explain(row: ArrayLike<number>, out: Float64Array): void
  /**
   * The same values for many rows, with deep trees several times as fast as one by one.
   * @param rows one after another, as `explain` takes them
   * @param out written: `playerCount` numbers for each row
   */
  explainRows(rows: Float64Array, out: Float64Array): void
  /**
   * Shapley interaction values (Grabisch and Roubens 1999, doi:10.1007/s001820050125, as Lundberg and others 2020 share
   * them out, doi:10.1038/s42256-019-0138-9): half of each pair's interaction index at [i, j] and at [j, i], and on the
   * diagonal what is left of i's Shapley value, its main effect. Rows add up to the Shapley values.
   * @param out written: `playerCount` times `playerCount` numbers, row by row
   */
  interactions(row: ArrayLike<number>, out: Float64Array): void
  /** The constant and the leaves summed in float64. */
  margin(row: ArrayLike<number>): number
  describe(): TreeExplainerDescription
}

/**
 * @param background the encoded background rows one after another, as `explain` takes them; at least one
 * @throws MathError `shape-mismatch` or `invalid-argument` where the forest is none, or there is no background row
 */
export function buildTreeExplainer(
  forest: Forest,
  background: Float64Array,
  { budgetBytes = DEFAULT_BUDGET_BYTES }: TreeExplainerOptions = {},
): TreeExplainer {
  checkForest(forest)
  const width = forest.playerOf.length
  const rowCount = background.length / width
  if (!Number.isInteger(rowCount) || rowCount < 1) {
    throw new MathError('shape-mismatch', `A background of ${background.length} numbers is no rows of ${width}.`)
  }
  if (!(budgetBytes >= 0)) throw new MathError('invalid-argument', `A budget of ${budgetBytes} bytes cannot be kept.`)
  const conditions = conditionsOf(forest)
  const answers = answersOf(conditions, background, width)
  const plan = planOf(forest, conditions, answers, budgetBytes)
  const walk = plan.walked.length > 0 ? new Walk(forest, conditions, answers, plan.walked) : null
  const subtrees = walk === null ? subtreeTables(plan.tables.made, conditions.count, forest.playerCount, plan.tables.bias, budgetBytes - plan.besideBytes) : null
  const tablesInUse = subtrees ?? plan.tables.open()
  const { bias, run } = tablesInUse
  const { method, reason, besideBytes } = plan
  const roots = { tabled: plan.tabled, walked: plan.walked }
  const trees = forest.roots.length
  const treesInTables = trees - plan.walked.length
  const [tables, tableBytes] = [plan.tables.leafCount, plan.tables.treeBytes]
  // The leaves' tables, from which those of subtrees are made, are let go.
  const heldBytes = besideBytes + tablesInUse.bytes
  const rowAnswers = Array.from({ length: BATCH_ROWS }, (_, row) => tablesInUse.answersOf(row))
  const rowValues = Array.from({ length: BATCH_ROWS }, (_, row) => tablesInUse.valuesOf(row))
  const { playerCount } = forest
  // What `explain` needs of the conditions; the rest, which is larger, is let go.
  const questions = { chains: conditions.chains }
  const [firstAnswers, firstValues] = [rowAnswers[0] as Uint8Array, rowValues[0] as Float64Array]

  const explain: TreeExplainer['explain'] = (row, out) => {
    answer(questions, row, 0, firstAnswers)
    firstValues.set(bias)
    run(1)
    walk?.add(firstAnswers, firstValues)
    out.set(firstValues)
  }
  // Made when it is first asked for.
  let pairs: Interactions | null = null
  let base = 0
  for (let row = 0; row < rowCount; row++) base += marginOf(forest, background, row * width) / rowCount
  return {
    playerCount,
    base,
    explain,
    explainRows(rows, out) {
      for (let start = 0; start * width < rows.length; start += BATCH_ROWS) {
        const count = Math.min(BATCH_ROWS, rows.length / width - start)
        for (let row = 0; row < count; row++) {
          answer(questions, rows, (start + row) * width, rowAnswers[row] as Uint8Array)
          ;(rowValues[row] as Float64Array).set(bias)
        }
        run(count)
        for (let row = 0; row < count; row++) {
          const values = rowValues[row] as Float64Array
          walk?.add(rowAnswers[row] as Uint8Array, values)
          out.set(values, (start + row) * playerCount)
        }
      }
    },
    interactions(row, out) {
      pairs ??= new Interactions(forest, background, roots)
      explain(row, firstValues)
      pairs.explain(firstAnswers, firstValues, out)
    },
    margin: (row) => marginOf(forest, row),
    describe: () => ({
      method,
      reason,
      trees,
      treesInTables,
      tables,
      tableBytes,
      heldBytes: heldBytes + (pairs?.bytes ?? 0),
      budgetBytes,
      backgroundRows: rowCount,
    }),
  }
}
