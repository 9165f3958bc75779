// From explanations of single rows to what matters to a version on the whole.
import type { Importance, Signature } from '@/lib/registry/contract'
import { meanAbsolutes } from '@/lib/registry/rules'
import type { Explanation } from '../contract'

/** Mean of the absolute contributions by field; the most important first. */
export function importanceOf(signature: Signature, explanations: readonly Explanation[]): Importance {
  const [first] = explanations
  const method = explanations.every((explanation) => explanation.method === 'exact') ? 'exact' : 'permutation'
  const scale = first?.scale ?? (signature.task === 'regression' ? 'value' : 'probability')
  return { method, scale, rows: explanations.length, values: meanAbsolutes(signature.fields.map((field) => field.name), explanations.map(({ values }) => values)) }
}
