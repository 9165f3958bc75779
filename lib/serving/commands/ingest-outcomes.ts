// Outcomes: what really happened, joined to the predictions they judge. One transaction for the rows, the tallies of the
// predictions' hours and the audit event; sending the same again changes nothing.
import { and, eq, inArray } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { hourOf, now } from '@/lib/platform/clock'
import type { Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { outcomeSchema, type IngestResult, type OutcomeInput } from '../contract'
import { addOutcome, decodeTally, newTally, type OutcomeTally } from '../rules/outcome-tally'
import { outcomeValue, type OutcomeValue } from '../rules/outcome-value'
import { servingTables } from '../tables'
import { inChunks, latestAt, lockModels, modelsById, modelsBySlug, predictionsById, predictionsBySubject, subjectKey, type AttributedPrediction, type IngestedModel, type SubjectPredictions } from './attribution'
import { readItems, rejection, type ReadItem } from './ingest-items'

interface Joined {
  index: number
  prediction: AttributedPrediction
  outcome: OutcomeValue
  occurredAt: number
}

type OutcomeRow = ReturnType<typeof servingTables>['outcomes']['$inferSelect']

export async function ingestOutcomes(actor: Principal | null, input: unknown): Promise<IngestResult> {
  authorize(actor, 'ingest')
  const result: IngestResult = { accepted: 0, repeated: 0, rejected: [] }
  const items = readItems(outcomeSchema, input, result)
  const db = await database()
  const joined = await join(db, items, result)
  if (joined.length > 0) {
    await db.write(async (tx) => {
      await lockModels(tx, joined.map(({ prediction }) => prediction.modelId))
      const fresh = await withoutRepeated(tx, joined, result)
      if (fresh.length === 0) return
      const models = await modelsById(tx, fresh.map(({ prediction }) => prediction.modelId))
      const { outcomes } = tx.tables(servingTables)
      const receivedAt = now()
      await tx.insertMany(outcomes, fresh.map(({ prediction, outcome, occurredAt }) => ({
        predictionId: prediction.id,
        modelId: prediction.modelId,
        versionId: prediction.versionId,
        ...outcome,
        occurredAt,
        receivedAt,
      })))
      await addToTallies(tx, fresh)
      result.accepted = fresh.length
      await appendAuditEvent(tx, {
        actor,
        action: 'outcomes.ingested',
        target: { kind: 'outcomes', id: [...models.keys()].join(','), name: [...models.values()].map((model) => model.name).join(', ') },
        modelId: models.size === 1 ? ([...models.keys()][0] ?? null) : null,
        after: { accepted: result.accepted, repeated: result.repeated, rejected: result.rejected.length },
      })
    })
  }
  result.rejected.sort((a, b) => a.index - b.index)
  return result
}

async function join(db: Session, items: readonly ReadItem<OutcomeInput>[], result: IngestResult): Promise<Joined[]> {
  const models = await modelsBySlug(db, items.flatMap(({ item }) => item.model ?? []))
  const byId = await predictionsById(db, items.flatMap(({ item }) => item.predictionId ?? []))
  const bySubject = await subjectsOf(db, items, models)
  const found: { read: ReadItem<OutcomeInput>; prediction: AttributedPrediction }[] = []
  for (const read of items) {
    const { item, index, occurredAt } = read
    const model = item.model === undefined ? undefined : models.get(item.model)
    if (item.model !== undefined && !model) {
      result.rejected.push(rejection(index, 'model_unknown', `There is no model called ${item.model.slice(0, 64)}.`))
      continue
    }
    const prediction =
      item.predictionId === undefined
        ? latestAt(bySubject.get(subjectKey(model?.id ?? '', item.subject ?? '')), occurredAt)
        : byId.get(item.predictionId)
    if (!prediction || (model && prediction.modelId !== model.id)) {
      const what = item.predictionId === undefined ? 'This subject had no prediction of this model at or before that time.' : 'There is no such prediction of this model.'
      result.rejected.push(rejection(index, 'prediction_unknown', what))
      continue
    }
    found.push({ read, prediction })
  }
  const signatures = await signaturesOf(db, found.map(({ prediction }) => prediction.versionId))
  return found.flatMap(({ read, prediction }) => {
    const signature = signatures.get(prediction.versionId)
    const outcome = signature ? outcomeValue(signature, read.item.outcome) : 'The version of this prediction is not in the registry.'
    if (typeof outcome !== 'string') return [{ index: read.index, prediction, outcome, occurredAt: read.occurredAt }]
    result.rejected.push(rejection(read.index, 'outcome_invalid', outcome))
    return []
  })
}

async function subjectsOf(db: Session, items: readonly ReadItem<OutcomeInput>[], models: ReadonlyMap<string, IngestedModel>): Promise<SubjectPredictions> {
  const found = new Map<string, readonly AttributedPrediction[]>()
  for (const model of models.values()) {
    const own = items.filter(({ item }) => item.predictionId === undefined && item.model === model.slug)
    const until = own.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt), 0)
    for (const [key, list] of await predictionsBySubject(db, model.id, own.map(({ item }) => item.subject ?? ''), until)) found.set(key, list)
  }
  return found
}

async function signaturesOf(db: Session, versionIds: Iterable<string>): Promise<Map<string, Signature>> {
  const { versions } = db.tables(registryTables)
  const rows = await inChunks([...new Set(versionIds)], (chunk) =>
    db.select({ id: versions.id, signature: versions.signature }).from(versions).where(inArray(versions.id, chunk)),
  )
  return new Map(rows.map((row) => [row.id, row.signature]))
}

/** Leaves out what is known already; an outcome that differs from the kept one is rejected, not overwritten. */
async function withoutRepeated(tx: Session, joined: readonly Joined[], result: IngestResult): Promise<Joined[]> {
  const { outcomes } = tx.tables(servingTables)
  const rows = await inChunks(joined.map(({ prediction }) => prediction.id), (chunk) =>
    tx.select().from(outcomes).where(inArray(outcomes.predictionId, chunk)),
  )
  const kept = new Map<string, Pick<OutcomeRow, 'value' | 'label'>>(rows.map((row) => [row.predictionId, row]))
  return joined.filter(({ index, prediction, outcome }) => {
    const present = kept.get(prediction.id)
    if (!present) {
      kept.set(prediction.id, outcome)
      return true
    }
    if (present.value === outcome.value && present.label === outcome.label) result.repeated += 1
    else result.rejected.push(rejection(index, 'outcome_differs', 'This prediction already has another outcome, which stays.'))
    return false
  })
}

async function addToTallies(tx: Session, fresh: readonly Joined[]): Promise<void> {
  const { outcomeTallies } = tx.tables(servingTables)
  const signatures = await signaturesOf(tx, fresh.map(({ prediction }) => prediction.versionId))
  const kept = await keptTallies(tx, fresh, signatures)
  const touched = new Map<string, { prediction: AttributedPrediction; tally: OutcomeTally }>()
  for (const { prediction, outcome } of fresh) {
    const signature = signatures.get(prediction.versionId)
    if (!signature) continue
    const key = tallyKey(prediction.versionId, prediction.environment, hourOf(prediction.at))
    let entry = touched.get(key)
    if (!entry) touched.set(key, (entry = { prediction, tally: kept.get(key) ?? newTally(signature) }))
    addOutcome(signature, entry.tally, prediction, outcome)
  }
  for (const { prediction, tally } of touched.values()) {
    const { versionId, environment, modelId, at } = prediction
    const encoded = tally.encode()
    await tx
      .insert(outcomeTallies)
      .values({ versionId, environment, hour: hourOf(at), modelId, tally: encoded })
      .onConflictDoUpdate({ target: [outcomeTallies.versionId, outcomeTallies.environment, outcomeTallies.hour], set: { tally: encoded } })
  }
}

async function keptTallies(tx: Session, fresh: readonly Joined[], signatures: ReadonlyMap<string, Signature>): Promise<Map<string, OutcomeTally>> {
  const { outcomeTallies } = tx.tables(servingTables)
  const kept = new Map<string, OutcomeTally>()
  for (const [versionId, signature] of signatures) {
    const own = fresh.filter(({ prediction }) => prediction.versionId === versionId)
    const rows = await inChunks([...new Set(own.map(({ prediction }) => hourOf(prediction.at)))], (chunk) =>
      tx.select().from(outcomeTallies).where(and(eq(outcomeTallies.versionId, versionId), inArray(outcomeTallies.hour, chunk))),
    )
    for (const row of rows) kept.set(tallyKey(row.versionId, row.environment, row.hour), decodeTally(signature, row.tally))
  }
  return kept
}

function tallyKey(versionId: string, environment: string, hour: number): string {
  return `${versionId}\n${environment}\n${hour}`
}
