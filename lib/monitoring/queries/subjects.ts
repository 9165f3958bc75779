// What is watched: a model, and the version of it that serves.
import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { Profile } from '@/lib/math/profile'
import { ProblemError, notFound } from '@/lib/platform/errors'
import type { AttributionReference, Field, Lineage, ReferenceData, Signature } from '@/lib/registry/contract'
import { findModel } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import type { Release } from '@/lib/releases/contract'
import { currentReleases } from '@/lib/releases/queries'
import { SCORE_COLUMN } from '../contract'
import type { FieldWords } from '../rules/words'

export interface WatchedModel {
  id: string
  slug: string
  name: string
  task: 'binary' | 'multiclass' | 'regression'
}

export interface WatchedVersion {
  id: string
  modelId: string
  number: number
  signature: Signature
  lineage: Lineage
  reference: ReferenceData | null
  attributions: AttributionReference | null
}

/** A model by its slug or id. */
export async function watchedModel(db: Session, slugOrId: string): Promise<WatchedModel> {
  const model = await findModel(db, slugOrId)
  if (!model) throw notFound(`model called ${slugOrId}`, 'model_unknown')
  return model
}

export async function watchedVersions(db: Session, ids: readonly string[]): Promise<Map<string, WatchedVersion>> {
  if (ids.length === 0) return new Map()
  const { versions } = db.tables(registryTables)
  const { id, modelId, number, signature, lineage, reference, attributions } = versions
  const rows = await db.select({ id, modelId, number, signature, lineage, reference, attributions }).from(versions).where(inArray(id, [...ids]))
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * The version asked for by its number, else the champion of the environment, else the newest one. null only for a model
 * without versions.
 */
export async function versionToShow(db: Session, modelId: string, environment: string, number?: number): Promise<WatchedVersion | null> {
  const { versions } = db.tables(registryTables)
  const champion = number === undefined ? championOf(await currentReleases(db, modelId), environment) : undefined
  const [found] = await db
    .select({ id: versions.id })
    .from(versions)
    .where(
      and(
        eq(versions.modelId, modelId),
        number === undefined ? undefined : eq(versions.number, number),
        champion === undefined ? undefined : eq(versions.id, champion),
      ),
    )
    .orderBy(desc(versions.number))
    .limit(1)
  if (!found) {
    if (number === undefined) return null
    throw new ProblemError('not_found', `This model has no version ${number}.`, { code: 'version_unknown' })
  }
  return (await watchedVersions(db, [found.id])).get(found.id) ?? null
}

export async function versionNumbers(db: Session, modelId: string): Promise<{ id: string; number: number }[]> {
  const { versions } = db.tables(registryTables)
  return db.select({ id: versions.id, number: versions.number }).from(versions).where(eq(versions.modelId, modelId)).orderBy(asc(versions.number))
}

export function championOf(releases: readonly Release[], environment: string): string | undefined {
  const release = releases.find((one) => one.environment === environment)
  return release?.arms.find((arm) => arm.role === 'champion')?.versionId
}

export function referenceProfile(reference: Pick<ReferenceData, 'shape' | 'profile'>): Profile {
  return Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
}

export interface WatchedColumn {
  /** Name in rules, addresses and answers. */
  key: string
  words: FieldWords
  isScore: boolean
}

/** The columns of a version's profiles: its fields in signature order, then what the model answered. */
export function watchedColumns(signature: Signature): WatchedColumn[] {
  const inputs = signature.fields.map((field) => ({ key: field.name, words: fieldWords(field), isScore: false }))
  const scoreKey = signature.fields.some((field) => field.name === SCORE_COLUMN) ? 'model-score' : SCORE_COLUMN
  const isShare = signature.task !== 'regression'
  const words: FieldWords = {
    displayName: 'The model’s answers',
    unit: signature.scoreUnit,
    description: signature.scoreMeaning,
    isWhole: false,
    isSensitive: false,
    score: { isShare },
  }
  return [...inputs, { key: scoreKey, words, isScore: true }]
}

function fieldWords(field: Field): FieldWords {
  return {
    displayName: field.displayName,
    unit: field.unit,
    description: field.description,
    isWhole: field.type === 'integer',
    isSensitive: field.isSensitive,
    categoryLabels: field.categoryLabels,
  }
}
