// Which model, version and period a question is about.
import type { Session } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import type { Field, ModelSummary, Version } from '@/lib/registry/contract'
import { findModel, findVersion, latestVersion, versionById } from '@/lib/registry/queries'
import { releaseInForce } from '@/lib/releases/queries'
import type { InsightQuestion } from '../../rules/insights/contract'
import type { Scale } from '../../contract'
import type { LogSpan } from './explained-rows'

export interface Subject {
  model: ModelSummary
  version: Version
  span: LogSpan
  /** On which rows of the version are explained as they are served. */
  scale: Scale
}

const DEFAULT_DAYS = 30

export async function subjectOf(db: Session, slug: string, asked: InsightQuestion): Promise<Subject> {
  const model = await findModel(db, slug)
  if (!model) throw notFound(`model called ${slug}`, 'model_unknown')
  const version = await wantedVersion(db, model.id, asked)
  if (!version) throw notFound(asked.version === undefined ? `version of ${slug}` : `version ${asked.version} of ${slug}`, 'version_unknown')
  const to = asked.to ?? now()
  const from = asked.from ?? to - DEFAULT_DAYS * DAY_MS
  checkSpan(from, to)
  return { model, version, span: { environment: asked.environment, from, to }, scale: scaleOf(version) }
}

export function checkSpan(from: number, to: number): void {
  if (to <= from) throw new ProblemError('invalid', 'The period ends before it begins.', { fields: [{ path: 'to', rule: 'order', message: 'Give a time after from.' }] })
}

async function wantedVersion(db: Session, modelId: string, { environment, version }: InsightQuestion): Promise<Version | undefined> {
  if (version !== undefined) return findVersion(db, modelId, version)
  const champion = (await releaseInForce(db, modelId, environment))?.arms.find((arm) => arm.role === 'champion')
  return champion ? versionById(db, champion.versionId) : latestVersion(db, modelId)
}

export function scaleOf({ explainability, signature }: Pick<Version, 'explainability' | 'signature'>): Scale {
  return explainability?.scale ?? (signature.task === 'regression' ? 'value' : 'probability')
}

/** @throws ProblemError `field_unknown`, or `permission_missing` for a sensitive field and a reader who may not see its values */
export function fieldInQuestion({ signature }: Pick<Version, 'signature'>, name: string, maySeeSensitive: boolean): { field: Field; index: number } {
  const index = signature.fields.findIndex((field) => field.name === name)
  const field = signature.fields[index]
  if (!field) throw notFound(`field called ${name} in this version`, 'field_unknown')
  if (field.isSensitive && !maySeeSensitive) {
    throw new ProblemError('forbidden', `${field.displayName} is sensitive: its values can be seen with the permission sensitive:read.`, { code: 'permission_missing' })
  }
  return { field, index }
}
