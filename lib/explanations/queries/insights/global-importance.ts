// Mean absolute contributions over the stored explanations of a period, altogether and by group.
import type { Session } from '@/lib/database'
import type { Version } from '@/lib/registry/contract'
import type { InputValue } from '../../rules'
import { classInWords } from '../../rules'
import { bandingOf, referenceColumn, type Band } from '../../rules/insights/bands'
import type { ExplainedRows } from '../../rules/insights/contract'
import { ContributionTally } from '../../rules/insights/contribution-tally'
import type { TalliedGroup } from '../../rules/insights/importance-report'
import type { Scale } from '../../contract'
import { scanExplained, type LogSpan, type Scan } from './explained-rows'
import { fieldInQuestion } from './question'

/** Read in under two seconds; the standard error of a mean over so many is a third of a percent of the spread. */
export const MOST_IMPORTANCE_ROWS = 100_000

/** What rows are told apart by. */
export interface Grouping {
  withInputs: boolean
  /** Null for a row of no group. */
  groupOf(inputs: InputValue[] | null, answer: { label: string | null; score: number | null }): Band | null
}

export interface TalliedImportance {
  scan: Scan
  all: ContributionTally
  groups: TalliedGroup[]
}

export async function tallyImportance(db: Session, version: Version, span: LogSpan, scale: Scale, grouping: Grouping | null, most = MOST_IMPORTANCE_ROWS): Promise<TalliedImportance> {
  const tallies = new Tallies(version.signature.fields.length, grouping)
  const options = { most, withInputs: grouping?.withInputs ?? false, scale }
  const scan = await scanExplained(db, version, span, options, (row) => tallies.add(row.values, 0, row.inputs, row))
  return { scan, all: tallies.all, groups: tallies.groups() }
}

/** The same of rows that were read already. */
export function tallyRows(rows: ExplainedRows, grouping: Grouping | null): { all: ContributionTally; groups: TalliedGroup[] } {
  const tallies = new Tallies(rows.width, grouping)
  for (let row = 0; row < rows.count; row++) tallies.add(rows.contributions, row * rows.width, rows.inputs[row] ?? null, { label: rows.labels[row] ?? null, score: rows.scores[row] ?? null })
  return { all: tallies.all, groups: tallies.groups() }
}

class Tallies {
  readonly all: ContributionTally
  private readonly byGroup = new Map<string, TalliedGroup>()

  constructor(
    private readonly width: number,
    private readonly grouping: Grouping | null,
  ) {
    this.all = new ContributionTally(width)
  }

  add(values: Float64Array, start: number, inputs: InputValue[] | null, answer: { label: string | null; score: number | null }): void {
    this.all.add(values, start)
    const band = this.grouping?.groupOf(inputs, answer)
    if (!band) return
    let group = this.byGroup.get(band.key)
    if (!group) this.byGroup.set(band.key, (group = { ...band, tally: new ContributionTally(this.width) }))
    group.tally.add(values, start)
  }

  groups(): TalliedGroup[] {
    return [...this.byGroup.values()]
  }
}

/** By what was answered: the decision that follows from the score where there is one, else the class. */
export function byClass({ signature }: Pick<Version, 'signature'>): Grouping {
  const { decision } = signature
  if (decision === undefined || signature.task !== 'binary') {
    return { withInputs: false, groupOf: (_, { label }) => (label === null ? null : { key: label, label: classInWords(signature, label) }) }
  }
  const [above, below] = [{ key: 'above', label: decision.above || 'at or above the threshold' }, { key: 'below', label: decision.below || 'below the threshold' }]
  return { withInputs: false, groupOf: (_, { score }) => (score === null ? null : score >= decision.threshold ? above : below) }
}

export function byField(version: Version, name: string, maySeeSensitive: boolean): Grouping {
  const { field, index } = fieldInQuestion(version, name, maySeeSensitive)
  const banding = bandingOf(field, referenceColumn(version.signature, version.reference, name))
  return { withInputs: true, groupOf: (inputs) => banding.bandOf(inputs?.[index]) }
}
