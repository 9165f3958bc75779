// Runs the gates of a policy for a candidate. A gate that errors is a failed gate.
import { openVersion } from '@/lib/inference/open-version'
import type { LoadedModel } from '@/lib/inference/session'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { readStoredFile } from '@/lib/platform/storage'
import type { Version } from '@/lib/registry/contract'
import type { GateRule, GateVerdict } from '../contract'
import { observedCalls } from './observed-calls'
import { metricThreshold, referenceRowsAnswered, signatureCompatible, type MetricFigure, type RowsAnswered } from '../rules'

type Row = Record<string, unknown>

export async function runGates(rules: readonly GateRule[], environment: string, candidate: Version, champion: Version | null): Promise<GateVerdict[]> {
  const verdicts: GateVerdict[] = []
  for (const rule of rules) verdicts.push(await runGate(rule, environment, candidate, champion))
  return verdicts
}

async function runGate(rule: GateRule, environment: string, candidate: Version, champion: Version | null): Promise<GateVerdict> {
  try {
    switch (rule.gate) {
      case 'signature-compatible':
        return signatureCompatible(champion?.signature ?? null, candidate.signature, champion ? await observedCalls(champion.id, environment) : null)
      case 'metric-threshold':
        return metricThreshold(rule, figureOf(candidate, rule.metric), champion ? figureOf(champion, rule.metric) : undefined)
      case 'reference-rows-answered':
        return referenceRowsAnswered(await askReferenceRows(candidate, champion))
    }
  } catch (error) {
    logger().warn({ err: error, gate: rule.gate, version: candidate.id }, 'a gate could not be run')
    const reason = isProblem(error) ? error.message : 'an error inside Flightdeck, which the server log tells.'
    return {
      gate: rule.gate,
      verdict: 'failed',
      sentence: `The check could not be run, which counts as failed: ${reason}`,
      evidence: { figures: [] },
    }
  }
}

/** What was measured here counts before what the training run stated. */
function figureOf(version: Version, metric: string): MetricFigure | undefined {
  const measured = version.reference?.metrics[metric]
  if (measured !== undefined) return { value: measured, source: 'measured on the reference rows' }
  const stated = version.lineage.metrics?.[metric]
  return stated === undefined ? undefined : { value: stated, source: 'stated by the training run' }
}

/** The champion's reference rows are what callers send; its own are asked where there are none. */
async function askReferenceRows(candidate: Version, champion: Version | null): Promise<RowsAnswered | null> {
  const rowsOf = champion?.files.background === undefined ? 'candidate' : 'champion'
  const hash = champion?.files.background ?? candidate.files.background
  if (hash === undefined) return null
  const rows = JSON.parse(Buffer.from(await readStoredFile(hash)).toString('utf8')) as Row[]
  const { runtime, signature } = candidate
  const model = await openVersion({ runtime, artifact: await readStoredFile(candidate.artifactHash), signature })
  try {
    return { rowsOf, rows: rows.length, unanswered: await unansweredRows(model, rows) }
  } finally {
    await model.close()
  }
}

async function unansweredRows(model: LoadedModel, rows: readonly Row[]): Promise<RowsAnswered['unanswered']> {
  if ((await reasonFor(model, rows)) === null) return []
  // Something is wrong with some of them: one by one tells which.
  const unanswered: RowsAnswered['unanswered'] = []
  for (const [index, row] of rows.entries()) {
    const reason = await reasonFor(model, [row])
    if (reason !== null) unanswered.push({ row: index, reason })
  }
  return unanswered
}

/** Why the model does not answer these rows; null where it does. */
async function reasonFor(model: LoadedModel, rows: readonly Row[]): Promise<string | null> {
  try {
    const answers = await model.run(rows)
    return answers.length === rows.length ? null : 'the model gave another number of answers than rows.'
  } catch (error) {
    if (error instanceof ProblemError) return error.message
    throw error
  }
}
