// A selection as it was asked for, settled against the model: whose decisions, until when, in which bands.
import type { z } from 'zod'
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import type { ModelSummary } from '@/lib/registry/contract'
import { findModel, latestVersion, listEnvironments } from '@/lib/registry/queries'
import type { ReviewSelection, reviewSelectionSchema } from '../contract'
import { cutsOf } from '../rules/review-match'

/** What is being answered now is not all in the log yet; a minute later it is, on every replica. */
const SETTLED_MS = 60_000

export interface SettledSelection {
  model: ModelSummary
  selection: Omit<ReviewSelection, 'seed'>
}

export async function settleSelection(db: Session, asked: z.output<typeof reviewSelectionSchema>): Promise<SettledSelection> {
  const { environment, from, kind, size, decision, group } = asked
  const model = await findModel(db, asked.model)
  if (!model) throw notFound(`model called ${asked.model}`, 'model_unknown')
  if (!(await listEnvironments(db)).some((each) => each.name === environment)) throw notFound(`environment called ${environment}`, 'environment_unknown')
  const to = Math.min(asked.to, now() - SETTLED_MS)
  if (to <= from) throw new ProblemError('invalid', 'The period has not begun yet. Decisions count from a minute after they were made.', { code: 'review_too_early' })
  const version = await latestVersion(db, model.id)
  const known = new Set(version?.signature.fields.map((field) => field.name))
  const by = kind === 'stratified' ? asked.stratifyBy : null
  for (const field of [group?.field, by === null || by === 'decision' ? undefined : by.field]) {
    if (field !== undefined && !known.has(field)) throw new ProblemError('invalid', `${model.name} has no field called ${field}.`, { code: 'review_field_unknown' })
  }
  const stratifyBy = by === null || by === 'decision' ? by : { field: by.field, cuts: cutsOf(version?.reference ?? null, by.field) }
  return { model, selection: { environment, from, to, kind, size: kind === 'all' ? null : size, stratifyBy, decision, group } }
}
