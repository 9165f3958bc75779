// The letter to the customer about one decision: as it would be written, and written.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { sha256 } from '@/lib/platform/crypto'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'
import type { Locale } from '../contract'
import type { Letter, LetterChange, LetterFormat } from '../contract/letter'
import { letterPdf } from '../letters/letter-pdf'
import { askedDecision, explanationOf, reasonRevisionOf, type AskedDecision } from '../queries'
import { composeLetter, isAgainst, letterReasons, readReference, type LetterFacts } from '../rules'
import { explainedVersion, explainerPool } from './explainer'
import { findCounterfactuals } from './find-counterfactuals'

const MOST_ALTERNATIVES = 3
/** More changes at once are no advice. */
const MOST_CHANGED_FIELDS = 2

export interface LetterOptions {
  locale: Locale
  /** What could change, already known; looked for where it is left out. */
  alternatives?: readonly (readonly LetterChange[])[] | undefined
}

export interface WrittenLetter {
  letter: Letter
  fileName: string
  contentType: string
  content: string | Uint8Array
}

/** @throws ProblemError `letter_not_of_model` where a guardrail decided, `letter_without_reasons` */
export async function previewLetter(actor: Principal | null, predictionId: string, options: LetterOptions): Promise<Letter> {
  authorize(actor, 'sensitive:read')
  return (await draft(actor, predictionId, options)).letter
}

/** The same letter as a file; what was written, to the hash, is in the audit trail. */
export async function writeLetter(actor: Principal | null, predictionId: string, { format, ...options }: LetterOptions & { format: LetterFormat }): Promise<WrittenLetter> {
  authorize(actor, 'sensitive:read')
  const { letter, asked, model } = await draft(actor, predictionId, options)
  const content = format === 'pdf' ? await letterPdf(letter.text, letter.locale) : `${letter.text}\n`
  const db = await database()
  await db.write((tx) =>
    appendAuditEvent(tx, {
      actor,
      action: 'letter.written',
      target: { kind: 'prediction', id: predictionId, name: `${model.slug} v${asked.version.number}` },
      modelId: model.id,
      after: { locale: letter.locale, format, revision: letter.revision, reasons: letter.reasons, textHash: sha256(letter.text) },
    }),
  )
  return {
    letter,
    fileName: `letter-${predictionId}-${letter.locale}.${format === 'pdf' ? 'pdf' : 'txt'}`,
    contentType: format === 'pdf' ? 'application/pdf' : 'text/plain; charset=utf-8',
    content,
  }
}

async function draft(actor: Principal, predictionId: string, { locale, alternatives }: LetterOptions) {
  const db = await database()
  const asked = await askedDecision(db, predictionId)
  const { prediction, version, row } = asked
  const { signature } = version
  if (prediction.guardrail !== null) {
    throw new ProblemError('conflict', 'A guardrail answered instead of the model, so what counted in the model is not what decided. Write this letter by hand.', { code: 'letter_not_of_model' })
  }
  const [model, { settings, revision }, explanation] = await Promise.all([findModel(db, prediction.modelId), reasonRevisionOf(db, prediction.modelId), explanationFor(asked)])
  if (!model) throw new Error(`prediction ${predictionId} is of a model that does not exist`)
  const against = isAgainst(signature, prediction.score, settings.adverse)
  const facts: LetterFacts = {
    signature, settings, reference: readReference(signature, version.reference), prediction, row, explanation, owner: model.owner, today: now(),
    alternatives: alternatives ?? (against === true ? await alternativesOf(actor, predictionId) : []),
  }
  const reasons = letterReasons(facts, locale).length
  if (reasons === 0) {
    throw new ProblemError('conflict', 'Nothing that may be cited counted clearly against this person, so there are no reasons to write.', { code: 'letter_without_reasons' })
  }
  const letter: Letter = { predictionId, locale, text: composeLetter(facts, locale), reasons, isAgainst: against, revision }
  return { letter, asked, model }
}

/** The kept one, or one that is made for this letter: the same every time, since sampling is by the row. */
async function explanationFor({ prediction, version, row }: AskedDecision): Promise<LetterFacts['explanation']> {
  const kept = await explanationOf(await database(), prediction, version)
  if (kept) return kept
  const [made] = await explainerPool().explain(explainedVersion(version), [row])
  if (!made) throw new Error('the explainer gave no explanation for its one row')
  return made
}

/** A version that cannot be asked what would have been different still has reasons. */
async function alternativesOf(actor: Principal, predictionId: string): Promise<LetterChange[][]> {
  try {
    const { found } = await findCounterfactuals(actor, predictionId, { most: MOST_ALTERNATIVES, mostFields: MOST_CHANGED_FIELDS })
    return found.map(({ changes }) => changes.map(({ field, from, to }) => ({ field, from, to })))
  } catch (error) {
    if (isProblem(error) && (error.code === 'not_explainable' || error.code === 'target_invalid')) return []
    throw error
  }
}
