// How the model's answer goes along one field, on the whole and for one case.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { ProblemError } from '@/lib/platform/errors'
import type { Dependence } from '../contract/lookup'
import { askedDecision } from '../queries'
import { valueInWords } from '../rules'
import { explainedVersion, explainerPool } from './explainer'

/** The case's own value is marked, so a sensitive field needs the right to see it. @throws ProblemError `field_unknown` */
export async function showDependence(actor: Principal | null, predictionId: string, fieldName: string): Promise<Dependence> {
  authorize(actor, 'read')
  const { version, row, answered } = await askedDecision(await database(), predictionId)
  const { signature } = version
  const field = signature.fields.find(({ name }) => name === fieldName)
  if (!field) throw new ProblemError('not_found', `The model has no field ${fieldName}.`, { code: 'field_unknown' })
  if (field.isSensitive) authorize(actor, 'sensitive:read')
  const isCode = field.categories !== undefined || field.categoryLabels !== undefined
  const isNumber = !isCode && (field.type === 'number' || field.type === 'integer')
  const { points, ...rest } = await explainerPool().ask(explainedVersion(version), 'dependence', { row, field: fieldName, isNumber, chosen: signature.task === 'multiclass' ? answered.label : null })
  const own = row[fieldName] ?? null
  return {
    field: fieldName,
    displayName: field.displayName,
    kind: isNumber ? 'number' : 'category',
    points: points.map((point) => ({ ...point, label: valueInWords(field, point.value), isOwn: point.value === own })),
    ...rest,
  }
}
