// From explanations of single rows to what matters to a version on the whole.
import type { Importance, Signature } from '@/lib/registry/contract'
import type { Explanation } from '../contract'

/** Mean of the absolute contributions by field, and its standard error over the rows; the most important first. */
export function importanceOf(signature: Signature, explanations: readonly Explanation[]): Importance {
  const rows = explanations.length
  const values = signature.fields.map((field, index) => {
    const sizes = explanations.map((explanation) => Math.abs(explanation.values[index] ?? 0))
    const meanAbsolute = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, rows)
    const squares = sizes.reduce((sum, size) => sum + (size - meanAbsolute) ** 2, 0)
    return { field: field.name, meanAbsolute, standardError: rows < 2 ? 0 : Math.sqrt(squares / (rows - 1) / rows) }
  })
  const method = explanations.every((explanation) => explanation.method === 'exact') ? 'exact' : 'permutation'
  return { method, rows, values: values.sort((a, b) => b.meanAbsolute - a.meanAbsolute) }
}
