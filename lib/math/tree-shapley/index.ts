// Exact interventional (background) Shapley values of a sum of trees, raw fields as the players: how much each field
// moves the margin from its mean over the background rows to the margin of the explained row.
//
// Shapley 1953 for the value; for one background row the game's value of a coalition is the margin of the row that has
// the coalition's fields from the explained row and the others from the background row, and values are averaged over
// the background rows (Lundberg and Lee 2017, arXiv:1705.07874). Work that does not depend on the explained row is done
// once, into tables (leaf-table.ts); trees whose tables do not fit the budget are walked for every row (walk.ts). Both
// give the same values.
import { MathError } from '../math-error'
import { answersOf } from './background'
import { answer, conditionsOf, type Conditions } from './conditions'
import { checkForest, marginOf, waysOf, type Forest } from './forest'
import { acrossTrees, COMPACT, groupsOf, QUICK, type Group, type Grouping, type GroupingRule } from './groups'
import { MOST_PLAYERS } from './leaf-table'
import { branchOf } from './paths'
import { addFromTables, fillTables, type Tables } from './tables'
import { Walk } from './walk'

export { checkForest, Comparison, LEAF, leafOf, marginOf, type Forest } from './forest'

export const DEFAULT_BUDGET_BYTES = 64 * 1024 * 1024

export interface TreeExplainerOptions {
  /** What the tables may take. Default 64 MB. 0 walks every tree. */
  budgetBytes?: number
}

export interface TreeExplainerDescription {
  /** `tables`: explaining is look-ups. `walk`: every background row is walked. `mixed`: some trees each. */
  method: 'tables' | 'walk' | 'mixed'
  /** One sentence for people. */
  reason: string
  trees: number
  treesInTables: number
  /** One look-up each. */
  tables: number
  tableBytes: number
  /** Everything held: tables, their index, the background's answers. */
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
  const plan = planOf(forest, conditions, budgetBytes)
  const answers = answersOf(conditions, background, width)
  const tables = fillTables(plan.groups, answers, { conditions, playerOf: forest.playerOf, rule: plan.rule })
  const walk = plan.walked.length > 0 ? new Walk(forest, conditions, answers, plan.walked) : null
  const own = new Uint8Array(conditions.count)
  let base = 0
  for (let row = 0; row < rowCount; row++) base += marginOf(forest, background, row * width) / rowCount
  return {
    playerCount: forest.playerCount,
    base,
    explain(row, out) {
      out.fill(0)
      answer(conditions, row, 0, own)
      addFromTables(tables, own, out)
      walk?.add(own, out)
    },
    margin: (row) => marginOf(forest, row),
    describe: () => describe(forest, plan, tables, budgetBytes, rowCount, answers.holds.byteLength),
  }
}

interface Plan {
  rule: GroupingRule
  groups: Group[]
  /** The roots of the trees without tables. */
  walked: Int32Array
  /** What tables for all trees would take at the least, joined to save memory. */
  wantedBytes: number
}

/** Quick tables where they fit, else the smallest tables of as many trees as fit, small trees first. */
function planOf(forest: Forest, conditions: Conditions, budgetBytes: number): Plan {
  const ways = waysOf(forest)
  const leavesOf = (root: number) => ways[root] as number
  const roots = Array.from(forest.roots).sort((a, b) => leavesOf(a) - leavesOf(b))
  const plan = (rule: GroupingRule): Plan => {
    const grouping = { conditions, playerOf: forest.playerOf, rule }
    const fitting: Group[] = []
    const walked = new Set<number>()
    let left = budgetBytes
    let wantedBytes = 0
    for (const root of roots) {
      // Siblings may share a table, and it has two cells at the least: trees far over the budget are not looked into.
      const least = leavesOf(root) === 1 ? 0 : leavesOf(root) * Float64Array.BYTES_PER_ELEMENT
      const groups = least <= left ? tablesOf(forest, root, grouping) : null
      const bytes = groups ? bytesOf(groups) : least
      wantedBytes += bytes
      if (groups && bytes <= left) {
        left -= bytes
        fitting.push(...groups)
      } else {
        walked.add(root)
        if (rule === QUICK) break
      }
    }
    const groups = acrossTrees(fitting, grouping)
    return { rule, groups, walked: forest.roots.filter((root) => walked.has(root)), wantedBytes }
  }
  const quick = plan(QUICK)
  return quick.walked.length === 0 && bytesOf(quick.groups) <= budgetBytes ? quick : plan(COMPACT)
}

/** The groups of one tree; null where a path has more players than a table can have. */
function tablesOf(forest: Forest, root: number, grouping: Grouping): Group[] | null {
  const branch = branchOf(forest, grouping.conditions, root)
  // A tree that is one leaf asks nobody and gives nobody anything.
  const groups = (branch ? groupsOf(branch, grouping) : []).filter((group) => group.players.length > 0)
  return groups.every((group) => group.players.length <= MOST_PLAYERS) ? groups : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function bytesOf(groups: readonly Group[]): number {
  return sum(groups.map(({ bytes }) => bytes))
}

function describe(
  forest: Forest,
  plan: Plan,
  tables: Tables,
  budgetBytes: number,
  backgroundRows: number,
  answerBytes: number,
): TreeExplainerDescription {
  const trees = forest.roots.length
  const walked = plan.walked.length
  const tableBytes = tables.numbers.byteLength
  const { conditionStart, conditions, strides, playerStart, players, tableStart, places } = tables
  const index = [conditionStart, conditions, strides, playerStart, players, tableStart, places]
  return {
    method: walked === 0 ? 'tables' : walked === trees ? 'walk' : 'mixed',
    reason:
      walked === 0
        ? `The tables of all ${trees} trees take ${megabytes(tableBytes)} MB, within the budget ` +
          `of ${megabytes(budgetBytes)} MB.`
        : `Tables of all ${trees} trees would take ${megabytes(plan.wantedBytes)} MB or more, over the budget of ${megabytes(budgetBytes)} MB: ` +
          `${walked} trees are walked with all background rows for every explained row.`,
    trees,
    treesInTables: trees - walked,
    tables: tables.groupCount,
    tableBytes,
    heldBytes: tableBytes + sum(index.map((array) => array.byteLength)) + answerBytes,
    budgetBytes,
    backgroundRows,
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
