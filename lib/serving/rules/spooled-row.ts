// A prediction that was made away from the house, as one line of a spool: written there before it is answered, read here
// when the network is back.
import { z } from 'zod'
import { LONGEST_SUBJECT } from '../contract'
import type { PredictionRecord } from '../log/packed-rows'

const MOST_FIELDS = 10_000
const LONGEST_SENTENCE = 1000

/** What all rows of a spool have in common. */
export const spoolOriginSchema = z.object({
  /** Of the bundle. */
  bundle: z.string().min(1).max(64),
  model: z.string().min(1).max(64),
  environment: z.string().min(1).max(64),
  version: z.string().min(1).max(64),
  release: z.string().min(1).max(64),
})
export type SpoolOrigin = z.infer<typeof spoolOriginSchema>

const text = (most: number) => z.string().max(most)

export const spooledRowSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'An id is a UUIDv7.'),
  at: z.number().int().nonnegative(),
  /** Who called there; in the house's log it is who brought the rows. */
  caller: text(200),
  subject: text(LONGEST_SUBJECT).nullable(),
  requestId: text(200).nullable(),
  inputs: z.array(z.union([z.number(), text(LONGEST_SENTENCE), z.boolean()]).nullable()).max(MOST_FIELDS),
  label: text(LONGEST_SENTENCE).nullable(),
  score: z.number().nullable(),
  modelScore: z.number().nullable(),
  extra: z.record(z.string(), z.number()).nullable(),
  guardrail: z.object({ rule: text(LONGEST_SENTENCE), sentence: text(LONGEST_SENTENCE), answeredBy: text(LONGEST_SENTENCE) }).nullable(),
  latencyMicros: z.number().int().nonnegative(),
  /** Base64 of ./served-explanation. */
  explanation: z.base64().nullable(),
})
export type SpooledRow = z.infer<typeof spooledRowSchema>

export function toSpooled({ id, at, caller, subject, requestId, inputs, label, score, modelScore, extra, guardrail, latencyMicros, explanation }: PredictionRecord): SpooledRow {
  return {
    id, at, caller, latencyMicros,
    subject: subject ?? null,
    requestId: requestId ?? null,
    inputs: [...inputs],
    label: label ?? null,
    score: score ?? null,
    modelScore: modelScore ?? null,
    extra: extra ?? null,
    guardrail: guardrail ?? null,
    explanation: explanation ? Buffer.from(explanation).toString('base64') : null,
  }
}
