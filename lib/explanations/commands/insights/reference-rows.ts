// Explanations of a version's reference rows, made by the worker once and kept for who asks next: what pages show while
// no explained predictions are there.
import { once } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import type { Scale } from '../../contract'
import type { InputValue } from '../../rules'
import type { ExplainedRows } from '../../rules/insights/contract'
import { explainedVersion, explainerPool } from '../explainer'

declare module '@/lib/platform/once' {
  interface Once {
    referenceExplanations: Map<string, Promise<ReferenceRows>>
  }
}

export interface ReferenceRows {
  rows: ExplainedRows
  scale: Scale
}

/** As many as a background sample has. */
const MOST_ROWS = 100
/** What a person waits for with patience, where the model has to be asked. */
const BUDGET_MS = 8000
/** Versions: a hundred rows of twenty fields are 16 kB. */
const MOST_KEPT = 50

/** @throws ProblemError `not_explainable` without reference data, `explainer_unavailable` */
export function referenceRows(version: Version): Promise<ReferenceRows> {
  const kept = once('referenceExplanations', () => new Map<string, Promise<ReferenceRows>>())
  const present = kept.get(version.id)
  if (present) return present
  const made = explainReferenceRows(version)
  kept.set(version.id, made)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  // A failure is not kept: the next one who asks tries again.
  made.catch(() => kept.delete(version.id))
  return made
}

async function explainReferenceRows(version: Version): Promise<ReferenceRows> {
  const found = await explainerPool().ask(explainedVersion(version), 'reference-explanations', { most: MOST_ROWS, budgetMs: BUDGET_MS })
  const names = version.signature.fields.map((field) => field.name)
  const rows: ExplainedRows = {
    count: found.rows.length,
    width: names.length,
    contributions: Float64Array.from(found.values.flat()),
    bases: Float64Array.from(found.bases),
    inputs: found.rows.map((row) => names.map((name) => inputOf(row[name]))),
    labels: found.classes,
    scores: found.bases.map((base, row) => scoreOf(found.scale, version, (found.values[row] ?? []).reduce((sum, value) => sum + value, base))),
  }
  return { rows, scale: found.scale }
}

/** What the explanation adds up to, as it is answered; of several classes the raw score alone does not say. */
function scoreOf(scale: Scale, { signature }: Pick<Version, 'signature'>, end: number): number | null {
  if (scale !== 'margin') return end
  return signature.task === 'binary' ? 1 / (1 + Math.exp(-end)) : null
}

function inputOf(value: unknown): InputValue {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value)) ? value : null
}
