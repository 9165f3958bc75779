// The process's one explainer, and what the serving lane asks of it.
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { once, peekOnce, setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import type { PredictedReason } from '@/lib/serving/contract'
import type { Explainer } from '@/lib/serving/explainer'
import type { Explanation } from '../contract'
import { readReference, reasonSentences, toPredictedReason } from '../rules'
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
  setOnce('explainer', { explainRows: explainServedRows })
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
  const db = await database()
  const version = await versionById(db, versionId)
  if (!version) throw notFound('version with this id', 'version_not_found')
  const explanations = await explainerPool().explain(explainedVersion(version), rows)
  const createdAt = now()
  await db.write(async (tx) => {
    const { explanations: table } = tx.tables(explanationsTables)
    const kept = explanations.flatMap((explanation, index) => {
      const predictionId = predictionIds[index]
      return predictionId === undefined ? [] : [{ ...explanation, predictionId, createdAt }]
    })
    if (kept.length > 0) await tx.insert(table).values(kept).onConflictDoNothing()
  })
  return reasonsOf(version, rows, explanations)
}

function reasonsOf(version: Version, rows: readonly Readonly<Record<string, unknown>>[], explanations: readonly Explanation[]): PredictedReason[][] {
  const reference = readReference(version.signature, version.reference)
  return explanations.map((explanation, index) =>
    reasonSentences({ signature: version.signature, row: rows[index] ?? {}, explanation, label: explanation.chosenClass, reference }).map(toPredictedReason),
  )
}
