// The process's one explainer, and what the serving lane asks of it.
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { isProblem, notFound, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once, peekOnce, setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import type { PredictedReason, ServedExplanation } from '@/lib/serving/contract'
import type { Explainer } from '@/lib/serving/explainer'
import type { Explanation } from '../contract'
import { readReference, reasonSentences, toPredictedReason, type ReasonFacts } from '../rules'
import { explanationsTables } from '../tables'
import { ExplainerPool, type ExplainedVersion } from '../worker'

declare module '@/lib/platform/once' {
  interface Once {
    explainerPool: ExplainerPool
  }
}

/** Started at the first explanation. */
export function explainerPool(): ExplainerPool {
  return once('explainerPool', () => new ExplainerPool())
}

/** Gives the serving lane its reasons (`explain=true`). Called at start; opens what was closed. */
export function registerExplainer(): void {
  if (peekOnce('explainerPool')?.isClosed) setOnce('explainerPool', undefined)
  setOnce('explainer', { reasonsOf: tellReasons, explainRows: explainServedRows, explainLater: explainUnasked })
}

/** At shutdown: ends the worker; who waits is told to come again, and nothing starts another. */
export async function closeExplainer(): Promise<void> {
  await explainerPool().close()
}

/** What the worker needs of a version. */
export function explainedVersion({ id, artifactHash, files, signature, explainability }: Version): ExplainedVersion {
  if (files.background === undefined) {
    throw new ProblemError('conflict', 'This version was registered without reference data, so there is nothing to explain it against. Register it with reference data.', {
      code: 'not_explainable',
    })
  }
  return { id, artifactHash, backgroundHash: files.background, signature, isExact: explainability?.kind === 'exact' }
}

/** Explains rows that were just answered and logged, and keeps the explanations with them. */
const explainServedRows: Explainer['explainRows'] = async (versionId, rows, predictionIds) => {
  const version = await servedVersion(versionId)
  const explanations = await explainerPool().explain(explainedVersion(version), rows)
  await keep(explanations, predictionIds)
  return reasonsOf(version, rows.map((row, index) => ({ row, label: explanations[index]?.chosenClass, explanation: explanations[index] })))
}

const tellReasons: Explainer['reasonsOf'] = async (versionId, rows) => reasonsOf(await servedVersion(versionId), rows.map(({ row, label, explanation }) => ({ row, label, explanation: exactly(explanation) })))

/** Rows that may wait in this process for an explanation nobody asked for. */
const MOST_UNASKED_ROWS = 1000
let unasked = 0

const explainUnasked: Explainer['explainLater'] = (versionId, rows, predictionIds) => {
  if (unasked + rows.length > MOST_UNASKED_ROWS) return
  unasked += rows.length
  servedVersion(versionId)
    .then(async (version) => {
      if (version.files.background === undefined) return
      await keep(await explainerPool().explain(explainedVersion(version), rows, { isBackground: true }), predictionIds)
    })
    .catch((error: unknown) => {
      // A version that has nothing to explain says so on its page; shutting down leaves the rest to be explained on demand.
      if (!isProblem(error) || !['not_explainable', 'explainer_unavailable'].includes(error.code)) logger().warn({ err: error, versionId }, 'predictions could not be explained after they were served')
    })
    .finally(() => {
      unasked -= rows.length
    })
}

async function servedVersion(versionId: string): Promise<Version> {
  const version = await versionById(await database(), versionId)
  if (!version) throw notFound('version with this id', 'version_not_found')
  return version
}

async function keep(explanations: readonly Explanation[], predictionIds: readonly string[]): Promise<void> {
  const db = await database()
  const createdAt = now()
  await db.write(async (tx) => {
    const { explanations: table } = tx.tables(explanationsTables)
    const kept = explanations.flatMap((explanation, index) => {
      const predictionId = predictionIds[index]
      return predictionId === undefined ? [] : [{ ...explanation, predictionId, createdAt }]
    })
    if (kept.length > 0) await tx.insert(table).values(kept).onConflictDoNothing()
  })
}

function exactly({ scale, values }: ServedExplanation): ReasonFacts['explanation'] {
  return { scale, values: Array.from(values), errors: Array.from(values, () => 0) }
}

interface ToldRow {
  row: Readonly<Record<string, unknown>>
  label?: string | null | undefined
  explanation: ReasonFacts['explanation'] | undefined
}

function reasonsOf(version: Version, rows: readonly ToldRow[]): PredictedReason[][] {
  const { signature } = version
  const reference = readReference(signature, version.reference)
  return rows.map(({ row, label, explanation }) => (explanation ? reasonSentences({ signature, row, explanation, label, reference }).map(toPredictedReason) : []))
}
