// KPI events: business values, attributed to the version that served. One transaction for the events, the tallies of
// their hours and the audit event; sending the same again changes nothing.
import { inArray, sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { hourOf, now } from '@/lib/platform/clock'
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import { newId } from '@/lib/platform/ids'
import { kpiEventSchema, type IngestResult, type KpiEventInput } from '../contract'
import { servingTables } from '../tables'
import { inChunks, latestAt, lockModels, modelsBySlug, predictionsById, predictionsBySubject, subjectKey, type AttributedPrediction, type IngestedModel } from './attribution'
import { readItems, rejection, type ReadItem } from './ingest-items'

interface Attributed {
  key: string
  item: KpiEventInput
  model: IngestedModel
  prediction: AttributedPrediction
  occurredAt: number
}

export async function ingestKpiEvents(actor: Principal | null, input: unknown): Promise<IngestResult> {
  authorize(actor, 'ingest')
  const result: IngestResult = { accepted: 0, repeated: 0, rejected: [] }
  const items = readItems(kpiEventSchema, input, result)
  const db = await database()
  const attributed = await attribute(db, items, result)
  if (attributed.length > 0) {
    await db.write(async (tx) => {
      await lockModels(tx, attributed.map(({ model }) => model.id))
      const fresh = await withoutRepeated(tx, attributed, result)
      if (fresh.length === 0) return
      const receivedAt = now()
      await tx.insertMany(tx.tables(servingTables).kpiEvents, fresh.map(({ key, item, model, prediction, occurredAt }) => ({
        id: key,
        modelId: model.id,
        versionId: prediction.versionId,
        predictionId: prediction.id,
        subject: item.subject ?? prediction.subject,
        name: item.name,
        value: item.value,
        occurredAt,
        receivedAt,
      })))
      await addToTallies(tx, fresh)
      result.accepted = fresh.length
      const models = new Map(fresh.map(({ model }) => [model.id, model.name]))
      await appendAuditEvent(tx, {
        actor,
        action: 'kpi-events.ingested',
        target: { kind: 'kpi-events', id: [...models.keys()].join(','), name: [...models.values()].join(', ') },
        modelId: models.size === 1 ? ([...models.keys()][0] ?? null) : null,
        after: { accepted: result.accepted, repeated: result.repeated, rejected: result.rejected.length },
      })
    })
  }
  result.rejected.sort((a, b) => a.index - b.index)
  return result
}

async function attribute(db: Session, items: readonly ReadItem<KpiEventInput>[], result: IngestResult): Promise<Attributed[]> {
  const models = await modelsBySlug(db, items.map(({ item }) => item.model))
  const byId = await predictionsById(db, items.flatMap(({ item }) => item.predictionId ?? []))
  const bySubject = new Map<string, readonly AttributedPrediction[]>()
  for (const model of models.values()) {
    const own = items.filter(({ item }) => item.predictionId === undefined && item.model === model.slug)
    const until = own.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), 0)
    for (const [key, list] of await predictionsBySubject(db, model.id, own.map(({ item }) => item.subject ?? ''), until)) bySubject.set(key, list)
  }
  return items.flatMap(({ item, index, occurredAt }) => {
    const model = models.get(item.model)
    if (!model) {
      result.rejected.push(rejection(index, 'model_unknown', `There is no model called ${item.model.slice(0, 64)}.`))
      return []
    }
    const prediction =
      item.predictionId === undefined ? latestAt(bySubject.get(subjectKey(model.id, item.subject ?? '')), occurredAt) : byId.get(item.predictionId)
    if (!prediction || prediction.modelId !== model.id) {
      const what = item.predictionId === undefined ? 'This subject had no prediction of this model at or before that time.' : 'There is no such prediction of this model.'
      result.rejected.push(rejection(index, 'prediction_unknown', what))
      return []
    }
    return [{ key: keyOf(item, model), item, model, prediction, occurredAt }]
  })
}

/**
 * The caller's own id, within the model; else a hash of what was said, so that the same event sent twice counts once.
 * Without id and time there is nothing to tell two equal events apart from one sent twice: they count as two.
 */
function keyOf(item: KpiEventInput, model: IngestedModel): string {
  if (item.id !== undefined) return `${model.id}/${item.id}`
  if (item.occurredAt === undefined) return newId()
  const { name, value, predictionId, subject, occurredAt } = item
  return `${model.id}/${sha256(canonicalJson({ name, value, predictionId, subject, occurredAt: Date.parse(occurredAt) }))}`
}

async function withoutRepeated(tx: Session, attributed: readonly Attributed[], result: IngestResult): Promise<Attributed[]> {
  const { kpiEvents } = tx.tables(servingTables)
  const rows = await inChunks(attributed.map(({ key }) => key), (chunk) => tx.select({ id: kpiEvents.id }).from(kpiEvents).where(inArray(kpiEvents.id, chunk)))
  const kept = new Set(rows.map((row) => row.id))
  return attributed.filter(({ key }) => {
    if (kept.has(key)) {
      result.repeated += 1
      return false
    }
    kept.add(key)
    return true
  })
}

async function addToTallies(tx: Session, fresh: readonly Attributed[]): Promise<void> {
  const { kpiTallies } = tx.tables(servingTables)
  const sums = new Map<string, { row: typeof kpiTallies.$inferInsert }>()
  for (const { item, model, prediction, occurredAt } of fresh) {
    const hour = hourOf(occurredAt)
    const key = `${prediction.versionId}\n${prediction.environment}\n${item.name}\n${hour}`
    let entry = sums.get(key)
    if (!entry) {
      const row = { versionId: prediction.versionId, environment: prediction.environment, name: item.name, hour, modelId: model.id, count: 0, sum: 0, sumOfSquares: 0 }
      sums.set(key, (entry = { row }))
    }
    entry.row.count += 1
    entry.row.sum += item.value
    entry.row.sumOfSquares += item.value * item.value
  }
  for (const { row } of sums.values()) {
    await tx
      .insert(kpiTallies)
      .values(row)
      .onConflictDoUpdate({
        target: [kpiTallies.versionId, kpiTallies.environment, kpiTallies.name, kpiTallies.hour],
        set: {
          count: sql`${kpiTallies.count} + ${row.count}`,
          sum: sql`${kpiTallies.sum} + ${row.sum}`,
          sumOfSquares: sql`${kpiTallies.sumOfSquares} + ${row.sumOfSquares}`,
        },
      })
  }
}
