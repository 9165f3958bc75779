// What a prediction is in protocols that answer a list of them.
import type { Answer } from '@/lib/onnx/decode'
import type { Signature } from '@/lib/registry/contract'
import type { ServedRow } from '@/lib/serving/commands'
import { badBody } from './given'

/** As scikit-learn calls them. */
export const PREDICT_METHODS = ['predict', 'predict_proba'] as const
export type PredictMethod = (typeof PREDICT_METHODS)[number]

/** The classes in the order of the probabilities; null for a regression. */
export function classesOf({ task, classes }: Signature): readonly (string | number)[] | null {
  return task === 'regression' ? null : (classes ?? null)
}

export function readMethod(value: unknown, path: string, signature: Signature): PredictMethod {
  if (value === undefined || value === null) return 'predict'
  const method = PREDICT_METHODS.find((one) => one === value)
  if (method === undefined) throw badBody(path, 'options', `${path} must be one of ${PREDICT_METHODS.join(', ')}.`)
  if (method === 'predict_proba' && signature.task === 'regression') throw badBody(path, 'options', 'A regression has no probabilities.')
  return method
}

/** `predict`: the class or value. `predict_proba`: the probability of each class, in their order. */
export function predictionOf({ version: { signature }, answer }: ServedRow, method: PredictMethod): unknown {
  if (method === 'predict') return answer.label ?? answer.value ?? answer.score ?? null
  return probabilitiesOf(signature, answer).map(([, probability]) => probability)
}

/** In the order of the classes. */
export function probabilitiesOf(signature: Signature, { probabilities, score }: Answer): [name: string, probability: number][] {
  if (probabilities) {
    const names = classesOf(signature)?.map(String) ?? Object.keys(probabilities)
    return names.map((name) => [name, Object.hasOwn(probabilities, name) ? (probabilities[name] ?? 0) : 0])
  }
  const { positiveClass, classes } = signature
  if (score === undefined || positiveClass === undefined) return []
  return (classes ?? [positiveClass]).map((name) => [String(name), name === positiveClass ? score : 1 - score])
}
