// Global importance of a version: the mean absolute contribution of each field over reference rows.
import { database } from '@/lib/database'
import type { Row } from '@/lib/onnx/encode'
import { notFound } from '@/lib/platform/errors'
import { setImportance } from '@/lib/registry/commands/set-importance'
import type { Importance } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import { importanceOf } from '../rules'
import { explainedVersion, explainerPool } from './explainer'

/** With 60 rows the standard error of a mean is an eighth of the spread between rows: enough to rank the fields. */
export const MOST_IMPORTANCE_ROWS = 60

/** One round of samples a row: the errors of the rows average out in the mean. */
const ORDERS_A_ROW = 1

export async function explainGlobally(versionId: string, sampleRows: readonly Row[]): Promise<Importance> {
  const version = await versionById(await database(), versionId)
  if (!version) throw notFound('version with this id', 'version_not_found')
  const rows = sampleRows.slice(0, MOST_IMPORTANCE_ROWS)
  const explanations = await explainerPool().explain(explainedVersion(version), rows, { isBackground: true, permutations: ORDERS_A_ROW })
  const importance = importanceOf(version.signature, explanations)
  await setImportance(versionId, importance)
  return importance
}
