// Before a bundle is signed its predictions are made again, so that it says what the present runtime answers: the log does
// not know under which runtime a prediction was made.
import { openModel, type Answer } from '@/lib/inference/session'
import { explainedVersion, explainerPool } from '@/lib/explanations/commands/explainer'
import { rowOf } from '@/lib/explanations/rules'
import { isProblem } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import type { Version } from '@/lib/registry/contract'
import type { EvidencePrediction, Replayed } from '../contract/bundle'
import type { FoundPrediction } from '../queries/gather'
import { compareAnswer, compareExplanation } from '../rules/compare'

/** By prediction id; null where the model cannot be run, as one on another server cannot be as it was, which is no reason to withhold what is known. */
export async function replayHere(found: readonly FoundPrediction[], predictions: Readonly<Record<string, EvidencePrediction>>): Promise<Map<string, Replayed | null>> {
  const replayed = new Map<string, Replayed | null>()
  const versions = new Map(found.map(({ version }) => [version.id, version]))
  for (const version of versions.values()) {
    const own = found.filter((one) => one.version.id === version.id)
    const answers = await answersOf(version, own)
    for (const [index, { prediction }] of own.entries()) {
      const stored = predictions[prediction.id]
      const answer = answers?.[index]
      replayed.set(prediction.id, stored && answer ? { answer: compareAnswer(version.signature, stored, answer), explanation: await explainedAgain(version, stored) } : null)
    }
  }
  return replayed
}

async function answersOf(version: Version, found: readonly FoundPrediction[]): Promise<Answer[] | null> {
  if (version.runtime === 'remote') return null
  const model = await openModel(await readStoredFile(version.artifactHash), version.signature)
  try {
    // Each alone, as whoever verifies does it: of a weighted sum, rows that run together may differ in the last bits.
    const answers: Answer[] = []
    for (const { prediction } of found) answers.push(...(await model.run([rowOf(version.signature, prediction.inputs)])))
    return answers
  } catch (error) {
    if (isProblem(error)) return null
    throw error
  } finally {
    await model.close()
  }
}

/** Exact ones take microseconds; sampling anew takes seconds each and is left to whoever verifies. */
async function explainedAgain(version: Version, { inputs, explanation }: EvidencePrediction): Promise<Replayed['explanation']> {
  const { explainability } = version
  if (!explanation || explainability?.kind !== 'exact' || explanation.scale !== explainability.scale) return null
  const [again] = await explainerPool().explain(explainedVersion(version), [inputs], { isBackground: true, scale: explanation.scale, permutations: explanation.permutations })
  return again ? compareExplanation(version.signature, explanation, again) : null
}
