// Which pairs of fields work together: exact interaction values over a sample of rows.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { subjectOf, type Subject } from '../../queries/insights/question'
import { rowOf } from '../../rules'
import type { ExplainedRows, InsightQuestion, InteractionReport } from '../../rules/insights/contract'
import { interactionPairs } from '../../rules/insights/interaction-report'
import type { InteractionsFound } from '../../worker/tasks/interactions'
import { explainedVersion, explainerPool } from '../explainer'
import { head, rowsOf } from './explained-subject'

/** The standard error of a mean over so many is an eighth of the spread: enough to rank pairs. */
const ROWS = 60
const BUDGET_MS = 4000

/** @throws ProblemError `interactions_unavailable` for a version that is not explained exactly */
export async function interactionsInsight(actor: Principal | null, model: string, asked: InsightQuestion): Promise<InteractionReport> {
  authorize(actor, 'read')
  const db = await database()
  const subject = await subjectOf(db, model, asked)
  const { signature } = subject.version
  const { rows, basis } = await rowsOf(db, subject, ROWS)
  const found = await interactionsOf(subject, rows, BUDGET_MS)
  const facts = head(subject, found.scale)
  return {
    ...facts,
    basis: { ...basis, rows: found.rows },
    fields: signature.fields.map(({ name, displayName }) => ({ field: name, displayName })),
    matrix: found.meanAbsolutes,
    pairs: interactionPairs(signature, found, facts),
  }
}

export function interactionsOf({ version }: Subject, { inputs }: ExplainedRows, budgetMs: number, most = ROWS): Promise<InteractionsFound> {
  const step = Math.max(1, Math.floor(inputs.length / most))
  const rows = inputs.filter((_, row) => row % step === 0).slice(0, most).map((values) => rowOf(version.signature, values))
  return explainerPool().ask(explainedVersion(version), 'interactions', { rows, budgetMs })
}
