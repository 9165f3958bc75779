// Tries a decision with other values. The model is asked in the explainer's process; nothing is kept, for nothing was decided.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { parse } from '@/lib/platform/parse'
import { ProblemError, type FieldProblem } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import { compileValidator } from '@/lib/serving/rules'
import { whatIfSchema, type FieldValue, type WhatIf, type WhatIfInput } from '../contract/lookup'
import { askedDecision, reasonSettingsOf } from '../queries'
import { changedFields, readReference, reasonTeller, triedAnswer } from '../rules'
import { explainedVersion, explainerPool } from './explainer'

/** @throws ProblemError `inputs_invalid` for a value that the version would refuse in a call */
export async function whatIf(actor: Principal | null, predictionId: string, input: WhatIfInput): Promise<WhatIf> {
  authorize(actor, 'sensitive:read')
  const { changes } = parse(whatIfSchema, input)
  const db = await database()
  const { prediction, version, row, answered } = await askedDecision(db, predictionId)
  const { signature } = version
  const tried = changedRow(signature, row, changes)
  const [{ answer, explanation }, settings] = await Promise.all([explainerPool().ask(explainedVersion(version), 'what-if', { row: tried }), reasonSettingsOf(db, prediction.modelId)])
  const reference = readReference(signature, version.reference)
  const said = triedAnswer(signature, answer, { signature, answered })
  return {
    ...said,
    changed: changedFields(signature, row, changes, reference),
    scale: explanation?.scale ?? null,
    contributions: explanation ? signature.fields.map(({ name, displayName }, index) => ({ field: name, displayName, value: explanation.values[index] ?? 0 })) : [],
    reasons: explanation ? reasonTeller({ signature, reference, settings })(tried, explanation, said.label) : [],
  }
}

/** Checks what was changed as a call is checked. What was not changed was accepted once, whatever the rules are now. */
function changedRow(signature: Signature, row: Readonly<Record<string, FieldValue>>, changes: Readonly<Record<string, FieldValue>>): Record<string, FieldValue> {
  const problems: FieldProblem[] = []
  compileValidator(signature)({ ...row, ...changes }, 'changes', problems)
  const own = problems.filter(({ path }) => Object.keys(changes).some((name) => path === `changes.${name}`))
  const [first] = own
  if (first) throw new ProblemError('invalid', first.message, { code: 'inputs_invalid', fields: own })
  return { ...row, ...changes }
}
