// What the demo promises to show, asked of the database that was made.
import { and, count, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import { listIncidents, unresolvedIncidents } from '@/lib/alerts/queries'
import { checkChain } from '@/lib/audit/queries'
import { listBatchJobs } from '@/lib/batch/queries'
import type { Session } from '@/lib/database'
import { explanationsTables } from '@/lib/explanations/tables'
import { kpisOf } from '@/lib/monitoring/queries'
import { DAY_MS, now } from '@/lib/platform/clock'
import { findModel } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import { listPromotions, releaseInForce } from '@/lib/releases/queries'
import { numberOf } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'

type Promises = [isKept: boolean, otherwise: string][]

/** A sentence for each promise that is not kept. */
export async function brokenPromises(db: Session): Promise<string[]> {
  const promises = [...(await clinicPromises(db)), ...(await shopPromises(db)), ...(await creditPromises(db)), ...(await commonPromises(db))]
  return promises.filter(([isKept]) => !isKept).map(([, otherwise]) => otherwise)
}

async function clinicPromises(db: Session): Promise<Promises> {
  const modelId = await modelIdOf(db, 'no-show-risk')
  const incident = (await unresolvedIncidents(db)).find((one) => one.modelId === modelId && one.kind === 'drift')
  const fields = incident?.evidence.fields?.map(({ field }) => field) ?? []
  const staging = await releaseInForce(db, modelId, 'staging')
  const [job] = (await listBatchJobs(db, { modelId })).jobs
  return [
    [incident !== undefined, 'The clinic has no unresolved drift incident.'],
    [fields.includes('age') && fields.includes('waiting_days'), `The clinic’s incident is about ${fields.join(', ')}, not age and waiting time.`],
    [staging?.arms[0]?.versionNumber === 2, 'Version 2 of the clinic’s model is not in staging.'],
    [job?.status === 'finished' && (job.checkpoint?.rowsRejected ?? 0) > 0, 'The clinic has no finished batch job with rejected rows.'],
  ]
}

async function shopPromises(db: Session): Promise<Promises> {
  const modelId = await modelIdOf(db, 'price-optimiser')
  const release = await releaseInForce(db, modelId, 'production')
  const window = { from: now() - 30 * DAY_MS, to: now() }
  const reports = await kpisOf(db, { modelId, environment: 'production', window, bucketMs: DAY_MS })
  const [conversion, revenue] = ['conversion', 'revenue'].map((name) => reports.find((report) => report.name === name))
  const [v1, v2] = [1, 2].map((number) => conversion?.versions.find(({ versionNumber }) => versionNumber === number))
  const guarded = await guardedPrices(db, modelId)
  return [
    [release?.arms.some(({ role, versionNumber }) => role === 'challenger' && versionNumber === 2) === true, 'The shop has no canary.'],
    [(v2?.estimate ?? 0) > (v1?.estimate ?? 1), 'The canary does not convert better than the champion.'],
    [revenue?.versions.length === 2, 'Revenue is not known for both versions.'],
    [guarded.length === 1, `${guarded.length} prices were caught by the guardrail, not one.`],
    [guarded.every(({ score, modelScore }) => (modelScore ?? 0) > 5 * (score ?? Infinity)), 'The price that was caught is not absurd.'],
  ]
}

function guardedPrices(db: Session, modelId: string) {
  const { predictions } = db.tables(servingTables)
  const { score, modelScore } = predictions
  return db.select({ score, modelScore }).from(predictions).where(and(eq(predictions.model, numberOf(db, modelId)), isNotNull(predictions.guardrail)))
}

async function creditPromises(db: Session): Promise<Promises> {
  const modelId = await modelIdOf(db, 'credit-risk')
  const { promotions } = await listPromotions(db, { modelId })
  const [waiting, rejected] = [promotions.filter(({ status }) => status === 'pending'), promotions.filter(({ status }) => status === 'rejected')]
  const { incidents } = await listIncidents(db, { modelId, kind: 'new-reason' })
  const { incidents: forbidden } = await listIncidents(db, { modelId, kind: 'forbidden-reason' })
  const [reason] = incidents
  return [
    [incidents.length === 1, `The credit union has ${incidents.length} incidents about new reasons, not one.`],
    [reason?.evidence.fields?.[0]?.field === 'other_debtors_or_guarantors', 'The credit union’s new reason is not the guarantor.'],
    [reason?.status === 'resolved' && reason.resolvedBy !== SYSTEM.name, 'Nobody resolved the incident about the guarantor.'],
    [forbidden.length === 1 && forbidden[0]?.status === 'acknowledged', 'The credit union has no acknowledged incident, or several, about reasons that are forbidden.'],
    [waiting.length === 1 && waiting[0]?.versionNumber === 3, 'No promotion of the credit union’s version 3 waits.'],
    [waiting[0]?.gates.every(({ verdict }) => verdict === 'passed') === true, 'The promotion that waits has a gate that did not pass.'],
    [(rejected[0]?.approvals[0]?.comment ?? '') !== '', 'No promotion was rejected with its reason.'],
  ]
}

async function commonPromises(db: Session): Promise<Promises> {
  const { models, versions } = db.tables(registryTables)
  const chain = await checkChain(db)
  const unexplained = await db.$count(versions, isNull(versions.importance))
  const explained = await explainedModels(db)
  const known = await db.$count(models)
  const surprising = (await unresolvedIncidents(db)).filter(({ kind, status }) => kind === 'new-reason' || kind === 'explanation-drift' || (kind === 'forbidden-reason' && status === 'open'))
  return [
    [chain.isIntact, 'The audit chain is broken.'],
    [surprising.length === 0, `A model decides for other reasons than known at the end: ${surprising.map(({ title }) => title).join('; ')}.`],
    [unexplained === 0, `${unexplained} versions have no global importance.`],
    [explained === known, `Only ${explained} of ${known} models have explained predictions.`],
  ]
}

async function explainedModels(db: Session): Promise<number> {
  const { explanations } = db.tables(explanationsTables)
  const { predictions } = db.tables(servingTables)
  const rows = await db
    .select({ model: predictions.model, explained: count() })
    .from(predictions)
    .where(or(isNotNull(predictions.explanation), inArray(predictions.id, db.select({ id: explanations.predictionId }).from(explanations))))
    .groupBy(predictions.model)
  return rows.length
}

async function modelIdOf(db: Session, slug: string): Promise<string> {
  const model = await findModel(db, slug)
  if (!model) throw new RangeError(`There is no model ${slug}.`)
  return model.id
}
