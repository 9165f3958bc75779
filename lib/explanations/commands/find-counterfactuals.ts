// What would have had to be different for another decision.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { parse } from '@/lib/platform/parse'
import { counterfactualOptionsSchema, type Counterfactual, type CounterfactualOptions, type Counterfactuals } from '../contract/lookup'
import { askedDecision, reasonSettingsOf } from '../queries'
import { changedFields, changeRules, readReference, triedAnswer } from '../rules'
import { goalInWords, goalOf } from '../rules/counterfactuals'
import type { FoundChanges } from '../worker/tasks/counterfactuals'
import { explainedVersion, explainerPool } from './explainer'

/** @throws ProblemError `target_invalid`, and `not_explainable` for a version without reference data */
export async function findCounterfactuals(actor: Principal | null, predictionId: string, options: CounterfactualOptions = {}): Promise<Counterfactuals> {
  authorize(actor, 'sensitive:read')
  const { target, keep, most, mostFields } = parse(counterfactualOptionsSchema, options)
  const db = await database()
  const { prediction, version, row, answered } = await askedDecision(db, predictionId)
  const { signature } = version
  const goal = goalOf(signature, answered, target)
  const settings = await reasonSettingsOf(db, prediction.modelId)
  const rules = changeRules(signature, settings.changes, keep)
  const answer = await explainerPool().ask(explainedVersion(version), 'counterfactuals', { row, goal, rules, most, mostFields })
  const reference = readReference(signature, version.reference)
  const shown = ({ changes, cost, answer: tried }: FoundChanges): Counterfactual => ({
    ...triedAnswer(signature, tried, { signature, answered }),
    changes: changedFields(signature, row, changes, reference),
    distance: cost,
  })
  return {
    goal: goalInWords(signature, goal),
    found: answer.found.map(shown),
    closest: answer.closest && { ...shown(answer.closest), isEnough: answer.closest.isEnough },
    free: rules.flatMap(({ field, direction }) => (answer.free.includes(field.name) ? [{ field: field.name, displayName: field.displayName, direction }] : [])),
    evaluations: answer.evaluations,
    isComplete: answer.isComplete,
  }
}
