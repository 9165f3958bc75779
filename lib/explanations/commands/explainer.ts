// The process's one explainer, and what the serving lane asks of it.
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { isProblem, notFound, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once, peekOnce, setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import type { Explainer } from '@/lib/serving/explainer'
import type { Explanation, ReasonRevision } from '../contract'
import { reasonRevisionOf } from '../queries'
import { exactly, predictedReasons } from '../rules'
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
export function explainedVersion({ id, runtime, artifactHash, files, signature, explainability }: Version): ExplainedVersion {
  if (files.background === undefined) {
    throw new ProblemError('conflict', 'This version was registered without reference data, so there is nothing to explain it against. Register it with reference data.', {
      code: 'not_explainable',
    })
  }
  return { id, runtime, artifactHash, backgroundHash: files.background, signature, isExact: explainability?.kind === 'exact', isRead: explainability?.selfTest?.isExact === true }
}

/** Explains rows that were just answered and logged, and keeps the explanations with them. */
const explainServedRows: Explainer['explainRows'] = async (versionId, rows, predictionIds, locale) => {
  const version = await servedVersion(versionId)
  const explanations = await explainerPool().explain(explainedVersion(version), rows)
  await keep(explanations, predictionIds)
  const revision = await reasonRevision(version.modelId)
  return explanations.map((explanation, index) => predictedReasons(version, rows[index] ?? {}, explanation, revision, locale))
}

const tellReasons: Explainer['reasonsOf'] = async (versionId, rows, locale) => {
  const version = await servedVersion(versionId)
  const revision = await reasonRevision(version.modelId)
  return rows.map(({ row, label, explanation }) => predictedReasons(version, row, exactly(explanation, label), revision, locale))
}

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

/** Versions never change but for what was found out about them, which reasons do not look at. */
const MOST_VERSIONS = 50
const versions = new Map<string, Version>()

async function servedVersion(versionId: string): Promise<Version> {
  const known = versions.get(versionId)
  if (known) return known
  const version = await versionById(await database(), versionId)
  if (!version) throw notFound('version with this id', 'version_not_found')
  const [oldest] = versions.keys()
  if (oldest !== undefined && versions.size >= MOST_VERSIONS) versions.delete(oldest)
  versions.set(versionId, version)
  return version
}

/** How long a change of the settings may go unseen, on this replica as on others. */
const SETTINGS_KEPT_MS = 1000
const revisions = new Map<string, { at: number; revision: ReasonRevision }>()

async function reasonRevision(modelId: string): Promise<ReasonRevision> {
  const known = revisions.get(modelId)
  // Real time, not the clock: a simulated one stands still.
  if (known && performance.now() - known.at < SETTINGS_KEPT_MS) return known.revision
  const revision = await reasonRevisionOf(await database(), modelId)
  revisions.set(modelId, { at: performance.now(), revision })
  return revision
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
