// The version's own reference sample explained, for pages that have no explained predictions yet.
import type { Row } from '@/lib/onnx/encode'
import type { Scale } from '../../contract'
import type { OpenedVersion } from '../opened-version'
import { explainRow } from './explain'

export interface ReferenceAsked {
  /** Rows at most. */
  most: number
  /** Where the model has to be asked, so much time is enough: fewer rows are explained then. */
  budgetMs: number
}

export interface ReferenceExplained {
  method: 'exact' | 'permutation'
  scale: Scale
  rows: Row[]
  bases: number[]
  /** A row each, in the order of the version's fields. */
  values: number[][]
  /** Of several classes, the one that was chosen for the row. */
  classes: (string | null)[]
}

export async function explainReference(opened: OpenedVersion, { most, budgetMs }: ReferenceAsked): Promise<ReferenceExplained> {
  const startedAt = performance.now()
  const rows: Row[] = []
  const found: ReferenceExplained = { method: 'exact', scale: 'value', rows, bases: [], values: [], classes: [] }
  for (const row of opened.background.slice(0, most)) {
    const explanation = await explainRow(opened, opened.exact ? { row } : { row, permutations: 1 })
    found.scale = explanation.scale
    if (explanation.method !== 'exact') found.method = explanation.method
    rows.push(row)
    found.bases.push(explanation.base)
    found.values.push(explanation.values)
    found.classes.push(explanation.chosenClass ?? null)
    if (performance.now() - startedAt > budgetMs) break
  }
  return found
}
