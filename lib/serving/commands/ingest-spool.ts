// Predictions that a server at the edge made without network, brought home: each row is checked against the version that
// made it, and counts once however often it is brought.
import { z } from 'zod'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { attributionValues } from '@/lib/math/attribution-profile'
import { DAY_MS, now } from '@/lib/platform/clock'
import type { FieldProblem } from '@/lib/platform/errors'
import { timeOfId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import type { Signature } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import { findRelease } from '@/lib/releases/queries'
import type { IngestResult } from '../contract'
import { insertPredictions, type ProfiledRow } from '../log'
import { UsageCounts } from '../log/usage-counts'
import { compileValidator, profileValues, shapeOf } from '../rules'
import { decodeExplanation, topReasonOf } from '../rules/served-explanation'
import { spooledRowSchema, spoolOriginSchema, type SpooledRow, type SpoolOrigin } from '../rules/spooled-row'
import { lockModels, modelsBySlug, predictionsById, type IngestedModel } from './attribution'
import { rejection } from './ingest-items'
import { ingestedLog } from './ingest-served'

export const MOST_SPOOLED_ROWS = 10_000
/** Ids of one millisecond count on into the next ones. */
const ID_AHEAD_MS = 1000
/** A clock at the edge may be ahead. */
const LONGEST_AHEAD_MS = DAY_MS

export const spoolSchema = z.object({ origin: spoolOriginSchema, rows: z.array(z.unknown()).max(MOST_SPOOLED_ROWS, `Send at most ${MOST_SPOOLED_ROWS} rows in a call.`) })
export type SpoolInput = z.input<typeof spoolSchema>

type Rejected = IngestResult['rejected'][number]
type ReadRow = (row: unknown, index: number) => ProfiledRow | Rejected

export async function ingestSpool(actor: Principal | null, input: SpoolInput): Promise<IngestResult> {
  authorize(actor, 'ingest')
  const { origin, rows } = parse(spoolSchema, input)
  const db = await database()
  const model = (await modelsBySlug(db, [origin.model])).get(origin.model)
  const found = model ? await readerOf(db, actor, model, origin) : { code: 'model_unknown', message: `There is no model called ${origin.model}.` }
  if (!model || typeof found !== 'function') {
    const { code, message } = found as Refusal
    return { accepted: 0, repeated: 0, rejected: rows.map((_, index) => rejection(index, code, message)) }
  }
  const read = rows.map(found)
  const rejected = read.filter((row): row is Rejected => 'code' in row)
  const known = read.filter((row): row is ProfiledRow => 'record' in row)
  const { accepted, repeated } = known.length === 0 ? { accepted: 0, repeated: 0 } : await ingestedLog().turns.run(() => write(actor, model, origin, known, rejected.length))
  return { accepted, repeated, rejected }
}

interface Refusal {
  code: string
  message: string
}

/** What reads the rows of this origin; or why none of them can be taken. */
async function readerOf(db: Session, actor: Principal, model: IngestedModel, { version: versionId, release: releaseId, environment }: SpoolOrigin): Promise<ReadRow | Refusal> {
  const version = await versionById(db, versionId)
  if (version?.modelId !== model.id) return { code: 'version_unknown', message: `The rows are of a version that ${model.slug} does not have here.` }
  const release = await findRelease(db, releaseId)
  const isReleased = release?.modelId === model.id && release.environment === environment && release.arms.some((arm) => arm.versionId === versionId)
  if (!isReleased) return { code: 'release_unknown', message: `The rows are of a release that did not put version ${version.number} of ${model.slug} into ${environment}.` }
  const { signature, reference, attributions } = version
  const names = signature.fields.map((field) => field.name)
  const validate = compileValidator(signature)
  const shape = shapeOf(signature, reference)
  return (given, index) => {
    const parsed = spooledRowSchema.safeParse(given)
    if (!parsed.success) return rejection(index, 'spooled_row_invalid', `${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}`)
    const row = parsed.data
    const why = whyRefused(row, signature)
    if (why) return rejection(index, why.code, why.message)
    const problems: FieldProblem[] = []
    const inputs = validate(Object.fromEntries(names.map((name, at) => [name, row.inputs[at] ?? null])), 'inputs', problems)
    const [problem] = problems
    if (!inputs) return rejection(index, 'inputs_invalid', `${problem?.path ?? ''}: ${problem?.message ?? ''}`)
    const bytes = row.explanation === null ? null : Buffer.from(row.explanation, 'base64')
    const explanation = bytes && decodeExplanation(bytes)
    if (bytes && explanation?.values.length !== names.length) return rejection(index, 'explanation_invalid', 'The explanation is not one of this version’s fields.')
    const top = explanation ? topReasonOf(explanation.values) : null
    const { id, at, subject, requestId, label, score, modelScore, extra, guardrail, latencyMicros } = row
    const record = {
      id, at, subject, requestId, label, score, modelScore, extra, guardrail, latencyMicros, inputs, explanation: bytes, environment,
      modelId: model.id, versionId, releaseId, channel: 'ingested' as const, caller: `${actor.kind}:${actor.id}`,
      topReason: top === null ? null : (names[top] ?? null),
    }
    return {
      record,
      shape,
      values: profileValues(signature, inputs, record),
      attributions: explanation && attributions ? { shape: attributions.shape, values: attributionValues(names, explanation.values) } : null,
    }
  }
}

function whyRefused({ id, at, inputs }: SpooledRow, { fields }: Signature): Refusal | null {
  if (inputs.length !== fields.length) return { code: 'inputs_invalid', message: `The row has ${inputs.length} values, the version ${fields.length} fields.` }
  if (Math.abs(timeOfId(id) - at) > ID_AHEAD_MS || at > now() + LONGEST_AHEAD_MS) {
    return { code: 'event_time_invalid', message: 'The row’s time is not that of its id, or more than a day ahead.' }
  }
  return null
}

async function write(actor: Principal, model: IngestedModel, origin: SpoolOrigin, rows: readonly ProfiledRow[], rejected: number): Promise<{ accepted: number; repeated: number }> {
  const db = await database()
  const { profiles } = ingestedLog()
  try {
    return await db.write(
      async (tx) => {
        await lockModels(tx, [model.id])
        const present = new Set((await predictionsById(tx, rows.map(({ record }) => record.id))).keys())
        const fresh = rows.filter(({ record: { id } }) => {
          const isFresh = !present.has(id)
          present.add(id)
          return isFresh
        })
        const counted = { accepted: fresh.length, repeated: rows.length - fresh.length, keep: () => undefined as void }
        if (fresh.length === 0) return counted
        const keepNumbers = await insertPredictions(tx, fresh.map(({ record }) => record))
        const keepProfiles = await profiles.write(tx, fresh)
        await new UsageCounts().write(tx, fresh.map(({ record: { caller, modelId, environment, at, latencyMicros } }) => ({ caller, modelId, environment, channel: 'ingested' as const, at, rows: 1, latencyMicros })))
        await appendAuditEvent(tx, {
          actor,
          action: 'predictions.ingested',
          target: { kind: 'predictions', id: model.id, name: model.name },
          modelId: model.id,
          after: { predictions: fresh.length, repeated: counted.repeated, rejected, bundle: origin.bundle },
        })
        const keep = () => {
          keepNumbers()
          keepProfiles()
        }
        return { ...counted, keep }
      },
      ({ keep }) => keep(),
    )
  } catch (error) {
    // Nobody knows what is on disk.
    profiles.forget()
    throw error
  }
}
