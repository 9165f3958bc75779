// Predictions on their way into the log's table: every writer's rows go through here, and are packed as
// docs/decisions/0007 says.
import type { Session } from '@/lib/database'
import type { Prediction } from '../contract'
import { inputsLayouts } from '../queries/layouts'
import { packInputs } from '../rules/packed-inputs'
import { servingTables } from '../tables'
import { contextKey, Numbers } from './numbers'

type Required = 'id' | 'at' | 'modelId' | 'versionId' | 'environment' | 'caller' | 'latencyMicros'

/** A prediction as its maker knows it. What it leaves out is null, and its channel online. */
export interface PredictionRecord extends Pick<Prediction, Required>, Partial<Omit<Prediction, Required | 'inputs' | 'explanation'>> {
  /** In the order of the version's signature; null where a value was not given. */
  inputs: readonly Prediction['inputs'][number][]
  /** lib/serving/rules/served-explanation encoding. */
  explanation?: Uint8Array | null
}

const LONGEST_LATENCY_MICROS = 2 ** 31 - 1

/**
 * Writes the rows. Call the function it returns once the transaction is committed: what was learnt on the way is then
 * remembered for the next rows. Who does not call it loses some reads, nothing else.
 */
export async function insertPredictions(tx: Session, records: readonly PredictionRecord[]): Promise<() => void> {
  const numbers = new Numbers(tx)
  const contexts = await findNumbers(numbers, records)
  const layoutOf = await inputsLayouts(tx, records.map((record) => record.versionId))
  const { predictions } = tx.tables(servingTables)
  await tx.insertMany(
    predictions,
    records.map((record, index) => ({
      id: record.id,
      at: record.at,
      model: known(numbers.word(record.modelId)),
      context: known(numbers.context(contexts[index] as string)),
      topReason: record.topReason ? known(numbers.word(record.topReason)) : null,
      latencyMicros: Math.min(record.latencyMicros, LONGEST_LATENCY_MICROS),
      subject: record.subject ?? null,
      requestId: record.requestId ?? null,
      label: record.label ?? null,
      score: record.score ?? null,
      modelScore: record.modelScore ?? null,
      extra: record.extra ?? null,
      guardrail: record.guardrail ?? null,
      inputs: packInputs(layoutOf(record.versionId), record.inputs),
      explanation: record.explanation ?? null,
    })),
  )
  return () => numbers.keep()
}

/** The keys of the records' contexts. Words first, then contexts, as every transaction does. */
async function findNumbers(numbers: Numbers, records: readonly PredictionRecord[]): Promise<string[]> {
  const words = new Set<string>()
  const contexts = new Map<string, Parameters<typeof contextKey>[0]>()
  const keys = new Array<string>(records.length)
  let [last, lastKey]: [PredictionRecord | undefined, string] = [undefined, '']
  for (const [index, record] of records.entries()) {
    if (record.topReason) words.add(record.topReason)
    if (!last || !isSameContext(last, record)) {
      const context = { ...record, releaseId: record.releaseId ?? null, channel: record.channel ?? ('online' as const) }
      lastKey = contextKey(context)
      contexts.set(lastKey, context)
      words.add(record.modelId)
    }
    last = record
    keys[index] = lastKey
  }
  await numbers.findWords(words)
  await numbers.findContexts(contexts)
  return keys
}

function isSameContext(one: PredictionRecord, other: PredictionRecord): boolean {
  return (
    one.versionId === other.versionId &&
    one.caller === other.caller &&
    one.releaseId === other.releaseId &&
    one.environment === other.environment &&
    one.channel === other.channel &&
    one.modelId === other.modelId
  )
}

function known(number: number | undefined): number {
  if (number === undefined) throw new Error('A text of the log has no number.')
  return number
}
