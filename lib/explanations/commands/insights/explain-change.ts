// Why the score of one subject moved from one prediction to another.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { notFound, ProblemError } from '@/lib/platform/errors'
import type { Version } from '@/lib/registry/contract'
import { findModel, versionById } from '@/lib/registry/queries'
import type { Prediction } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import type { Explanation, Scale } from '../../contract'
import { explanationOf } from '../../queries'
import { answerInWords, rowOf } from '../../rules'
import { scaleOf } from '../../queries/insights/question'
import { changeOf, changeSentence, endOf, type NamedExplanation } from '../../rules/insights/change'
import type { ChangeEnd, ChangeReport } from '../../rules/insights/contract'
import { explainedVersion, explainerPool } from '../explainer'

interface Told {
  prediction: Prediction
  version: Version
}

/**
 * @throws ProblemError `prediction_unknown`, `inputs_differ` where one version cannot be asked for the
 * other's row, `classes_differ` where the answers are of different classes, which have scores of their own
 */
export async function changeInsight(actor: Principal | null, model: string, asked: { before: string; after: string }): Promise<ChangeReport> {
  authorize(actor, 'read')
  const db = await database()
  const found = await findModel(db, model)
  if (!found) throw notFound(`model called ${model}`, 'model_unknown')
  const [before, after] = await Promise.all([told(db, found.id, asked.before), told(db, found.id, asked.after)])
  const isSameVersion = before.version.id === after.version.id
  const scale = sharedScale(before.version, after.version)
  const ends = { before: await explained(db, before, scale), after: await explained(db, after, scale) }
  const crossed = isSameVersion ? null : { oldModelNewRow: await crossedExplanation(before.version, after, scale), newModelOldRow: await crossedExplanation(after.version, before, scale) }
  const all = [ends.before, ends.after, ...(crossed ? [crossed.oldModelNewRow, crossed.newModelOldRow] : [])]
  if (new Set(all.map((one) => one.chosenClass)).size > 1) {
    throw new ProblemError('conflict', 'The answers are of different classes, and each class has a score of its own: there is no one score that moved.', { code: 'classes_differ' })
  }
  const named = {
    before: namedOf(before.version, ends.before),
    after: namedOf(after.version, ends.after),
    crossed: crossed && { oldModelNewRow: namedOf(before.version, crossed.oldModelNewRow), newModelOldRow: namedOf(after.version, crossed.newModelOldRow) },
  }
  const change = changeOf(named, inputsOf(before), inputsOf(after), may(actor, 'sensitive:read'))
  const { signature } = after.version
  const effect = { scale, unit: scale === 'value' ? (signature.scoreUnit ?? null) : null, isOfChosenClass: signature.task === 'multiclass' }
  return { ...effect, before: changeEnd(before, named.before), after: changeEnd(after, named.after), isSameVersion, ...change, sentence: changeSentence(change, isSameVersion, effect) }
}

/** Of this model: scores of another mean something else. */
async function told(db: Session, modelId: string, id: string): Promise<Told> {
  const prediction = await findPrediction(db, id)
  const version = prediction?.modelId === modelId ? await versionById(db, prediction.versionId) : undefined
  if (!prediction || !version) throw notFound('prediction of this model with this id', 'prediction_unknown')
  return { prediction, version }
}

/** That on which both are exact, else that of the answer, on which every version can be explained. */
function sharedScale(a: Version, b: Version): Scale {
  const [first, second] = [scaleOf(a), scaleOf(b)]
  if (first === second) return first
  return a.signature.task === 'regression' ? 'value' : 'probability'
}

async function explained(db: Session, { prediction, version }: Told, scale: Scale): Promise<Explanation> {
  const stored = await explanationOf(db, prediction, version, scale)
  if (stored) return stored
  const [made] = await explainerPool().explain(explainedVersion(version), [rowOf(version.signature, prediction.inputs)], { scale })
  if (!made) throw new Error('the explainer gave no explanation for its one row')
  return made
}

/** A version asked for the row of another one's prediction. */
async function crossedExplanation(version: Version, { prediction, version: other }: Told, scale: Scale): Promise<Explanation> {
  const known = new Set(other.signature.fields.map((field) => field.name))
  const unknown = version.signature.fields.filter((field) => !known.has(field.name))
  if (unknown.length > 0) {
    const names = unknown.map((field) => field.displayName).join(', ')
    throw new ProblemError('conflict', `Version ${version.number} asks for ${names}, which version ${other.number} was not given: the two cannot be compared on the same data.`, { code: 'inputs_differ' })
  }
  const [made] = await explainerPool().explain(explainedVersion(version), [rowOf(other.signature, prediction.inputs)], { scale })
  if (!made) throw new Error('the explainer gave no explanation for its one row')
  return made
}

function namedOf({ signature }: Version, { base, values }: Explanation): NamedExplanation {
  return { base, values: new Map(signature.fields.map((field, index) => [field.name, values[index] ?? 0])) }
}

function inputsOf({ prediction, version: { signature } }: Told) {
  return { signature, inputs: new Map(signature.fields.map((field, index) => [field.name, prediction.inputs[index] ?? null])) }
}

function changeEnd({ prediction, version }: Told, explanation: NamedExplanation): ChangeEnd {
  const { id, at, score } = prediction
  return { id, at, version: version.number, answer: answerInWords(version.signature, prediction), margin: endOf(explanation), score }
}
