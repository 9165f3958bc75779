// How settings would tell the reasons of a decision that was really made, before they are saved.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import { findModel, versionById } from '@/lib/registry/queries'
import type { Prediction } from '@/lib/serving/contract'
import { listPredictions } from '@/lib/serving/queries'
import { LOCALES, reasonSettingsSchema, type Locale, type Reason, type ReasonSettings, type ReasonSettingsInput } from '../contract'
import type { PreviewedReason, ReasonPreview } from '../contract/letter'
import { askedDecision, explanationOf, knownFields } from '../queries'
import { answerInWords, composeLetter, forbiddenCited, isAgainst, principalReasons, readReference, reasonTeller, type LetterFacts } from '../rules'
import { explainedVersion, explainerPool } from './explainer'
import { refuseWrong } from './set-reasons'

/** Of these the newest that went against somebody is shown, since that is what reasons are for. */
const RECENT = 50
const MOST_EARLIER = 20

export interface PreviewOptions {
  /** How many decisions further back. */
  earlier?: number | undefined
}

/** @throws ProblemError `reasons_invalid`, `nothing_predicted` */
export async function previewReasons(actor: Principal | null, slugOrId: string, input: ReasonSettingsInput, { earlier = 0 }: PreviewOptions = {}): Promise<ReasonPreview> {
  authorize(actor, 'reasons:write')
  const settings = parse(reasonSettingsSchema, input)
  const db = await database()
  const model = await findModel(db, slugOrId)
  if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
  refuseWrong(settings, await knownFields(db, model.id))
  const candidates = await recentAgainst(db, model.id, settings)
  const chosen = candidates[Math.min(earlier, candidates.length - 1, MOST_EARLIER)]
  if (!chosen) throw new ProblemError('conflict', 'This model has not answered yet: there is no decision to show reasons of.', { code: 'nothing_predicted' })
  const { prediction, version, row } = await askedDecision(db, chosen.id)
  const { signature } = version
  const kept = await explanationOf(db, prediction, version)
  const explanation = kept ?? (await explainerPool().explain(explainedVersion(version), [row]))[0]
  if (!explanation) throw new Error('the explainer gave no explanation for its one row')
  const reference = readReference(signature, version.reference)
  const facts: LetterFacts = { signature, settings, reference, prediction, row, explanation, owner: model.owner, today: now(), alternatives: [] }
  const told = (locale: Locale) => {
    const reasons = reasonTeller({ signature, reference, settings, locale })(row, explanation, prediction.label)
    return { sentences: reasons.map(shown), principal: principalReasons(reasons, settings.adverse).map(shown), letter: composeLetter(facts, locale) }
  }
  return {
    prediction: { id: prediction.id, at: prediction.at, answer: answerInWords(signature, prediction) },
    hasEarlier: earlier < Math.min(candidates.length - 1, MOST_EARLIER),
    byLocale: Object.fromEntries(LOCALES.map((locale) => [locale, told(locale)])) as ReasonPreview['byLocale'],
    forbiddenCited: forbiddenCited(signature, explanation, settings),
  }
}

/** The recent decisions against somebody; all recent ones where there are none or the model has no threshold. */
async function recentAgainst(db: Session, modelId: string, settings: ReasonSettings): Promise<Prediction[]> {
  const { predictions } = await listPredictions(db, { modelId, limit: RECENT, isGuarded: false })
  const signatures = new Map<string, Parameters<typeof isAgainst>[0]>()
  const against: Prediction[] = []
  for (const prediction of predictions) {
    const signature = signatures.get(prediction.versionId) ?? (await versionById(db, prediction.versionId))?.signature
    if (signature === undefined) continue
    signatures.set(prediction.versionId, signature)
    if (isAgainst(signature, prediction.score, settings.adverse) === true) against.push(prediction)
  }
  return against.length > 0 ? against : predictions
}

function shown({ field, direction, sentence, code }: Reason): PreviewedReason {
  return { field, direction, sentence, code }
}
