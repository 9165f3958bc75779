// Reads of models and versions.
import { and, asc, count, desc, eq, gt, inArray, isNull, lt, max, or, sql, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { likeText } from '@/lib/database/like'
import { readEndpoint, remoteState } from '@/lib/inference/remote'
import { isId } from '@/lib/platform/ids'
import { readStoredFile } from '@/lib/platform/storage'
import type { Environment, Facet, ListedModel, ModelFacets, ModelSort, ModelSummary, Version, VersionSummary } from './contract'
import type { RemoteEndpointView } from './contract/remote'
import type { ReferenceRow } from './rules/reference-rows'
import { registryTables } from './tables'

export interface ModelFilter {
  text?: string
  task?: string
  tag?: string
  owner?: string
  sort?: ModelSort
  descending?: boolean
  /** Where the page before ended: its last model's sort value and id. */
  after?: ModelCursor
  limit?: number
}

export interface ModelCursor {
  value: string | number
  id: string
}

export interface ModelPage {
  models: ListedModel[]
  /** Of all models that match the text, so that a choice shows how many it leads to. */
  facets: ModelFacets
  total: number
  next: ModelCursor | null
}

function modelColumns(db: Session) {
  const { id, slug, name, description, owner, task, tags, createdAt } = db.tables(registryTables).models
  return { id, slug, name, description, owner, task, tags, createdAt }
}

export async function findModel(db: Session, slugOrId: string): Promise<ModelSummary | undefined> {
  const { models } = db.tables(registryTables)
  const condition = isId(slugOrId) ? or(eq(models.id, slugOrId), eq(models.slug, slugOrId)) : eq(models.slug, slugOrId)
  const [model] = await db.select(modelColumns(db)).from(models).where(condition)
  return model
}

export async function listModels(db: Session, filter: ModelFilter = {}): Promise<ModelPage> {
  const { models } = db.tables(registryTables)
  const limit = Math.min(filter.limit ?? 50, 200)
  const matchesText = and(isNull(models.archivedAt), textCondition(db, filter.text))
  const matches = and(
    matchesText,
    filter.task ? sql`${models.task} = ${filter.task}` : undefined,
    filter.owner ? eq(models.owner, filter.owner) : undefined,
    filter.tag ? containsTag(db, filter.tag) : undefined,
  )
  const column: SQL<string | number> = filter.sort === 'created' ? sql`${models.createdAt}` : sql`lower(${models.name})`
  const order = filter.descending ? desc : asc
  const beyond = filter.descending ? lt : gt
  const { after } = filter
  const found = await db
    .select({ ...modelColumns(db), sortValue: column })
    .from(models)
    .where(and(matches, after && or(beyond(column, after.value), and(eq(column, after.value), beyond(models.id, after.id)))))
    .orderBy(order(column), order(models.id))
    .limit(limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const described = await db.select({ task: models.task, owner: models.owner, tags: models.tags }).from(models).where(matchesText)
  return {
    models: await withVersions(db, page.map(({ sortValue: _, ...model }) => model)),
    facets: facetsOf(described),
    total: await db.$count(models, matches),
    next: found.length > limit && last ? { value: filter.sort === 'created' ? last.createdAt : String(last.sortValue), id: last.id } : null,
  }
}

function textCondition(db: Session, text: string | undefined): SQL | undefined {
  const { models } = db.tables(registryTables)
  const wanted = text?.trim().toLowerCase()
  if (!wanted) return undefined
  return or(
    ...[models.name, models.slug, models.description, models.owner].map((column) => sql`lower(${column}) ${likeText(wanted)}`),
    sql`lower(cast(${models.tags} as text)) ${likeText(wanted)}`,
  )
}

/** Tags are stored as a JSON list; a whole tag is its quoted text. */
function containsTag(db: Session, tag: string): SQL {
  const { models } = db.tables(registryTables)
  return sql`cast(${models.tags} as text) ${likeText(JSON.stringify(tag))}`
}

async function withVersions(db: Session, found: readonly ModelSummary[]): Promise<ListedModel[]> {
  if (found.length === 0) return []
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ modelId: versions.modelId, versions: count(), number: max(versions.number), createdAt: max(versions.createdAt) })
    .from(versions)
    .where(inArray(versions.modelId, found.map((model) => model.id)))
    .groupBy(versions.modelId)
  const byModel = new Map(rows.map((row) => [row.modelId, row]))
  return found.map((model) => {
    const row = byModel.get(model.id)
    const latestVersion = row ? { number: Number(row.number), createdAt: Number(row.createdAt) } : null
    return { ...model, versions: Number(row?.versions ?? 0), latestVersion }
  })
}

function facetsOf(models: readonly { task: string; owner: string; tags: string[] }[]): ModelFacets {
  return {
    tasks: counted(models.map((model) => model.task)),
    owners: counted(models.map((model) => model.owner)),
    tags: counted(models.flatMap((model) => model.tags)),
  }
}

function counted(values: readonly string[]): Facet[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, number]) => ({ value, count: number })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** Newest first. */
export async function listVersions(db: Session, modelId: string): Promise<VersionSummary[]> {
  const { versions } = db.tables(registryTables)
  const { id, number, description, artifactHash, artifactBytes, reference, lineage, createdAt, createdBy, createdByName } = versions
  const rows = await db
    .select({ id, modelId: versions.modelId, number, description, artifactHash, artifactBytes, reference, lineage, createdAt, createdBy, createdByName })
    .from(versions)
    .where(eq(versions.modelId, modelId))
    .orderBy(desc(versions.number))
  return rows.map(({ reference: measured, lineage: told, ...row }) => ({
    ...row,
    // What was told counts first: it is of rows kept out of training, what is measured is of the reference, mostly not.
    metrics: { ...measured?.metrics, ...told.metrics },
  }))
}

export async function findVersion(db: Session, modelId: string, number: number): Promise<Version | undefined> {
  const { versions } = db.tables(registryTables)
  const [version] = await db.select().from(versions).where(and(eq(versions.modelId, modelId), eq(versions.number, number)))
  return version
}

export async function versionById(db: Session, id: string): Promise<Version | undefined> {
  const { versions } = db.tables(registryTables)
  const [version] = await db.select().from(versions).where(eq(versions.id, id))
  return version
}

export async function latestVersion(db: Session, modelId: string): Promise<Version | undefined> {
  const { versions } = db.tables(registryTables)
  const [version] = await db.select().from(versions).where(eq(versions.modelId, modelId)).orderBy(desc(versions.number)).limit(1)
  return version
}

/** Versions of any model whose artifact is this very file. */
export async function versionsOfArtifact(db: Session, artifactHash: string): Promise<{ model: string; modelId: string; number: number }[]> {
  const { models, versions } = db.tables(registryTables)
  return db
    .select({ model: models.slug, modelId: models.id, number: versions.number })
    .from(versions)
    .innerJoin(models, eq(models.id, versions.modelId))
    .where(eq(versions.artifactHash, artifactHash))
    .orderBy(asc(models.slug), asc(versions.number))
}

/** The stored background sample of a version: records by field name; empty where it has none. */
export async function readBackground(version: Pick<Version, 'files'>): Promise<ReferenceRow[]> {
  const hash = version.files.background
  return hash === undefined ? [] : (JSON.parse(Buffer.from(await readStoredFile(hash)).toString('utf8')) as ReferenceRow[])
}

/** What answers for a remote version; null for one that runs here. */
export async function remoteEndpoint({ runtime, artifactHash }: Pick<Version, 'runtime' | 'artifactHash'>): Promise<RemoteEndpointView | null> {
  if (runtime !== 'remote') return null
  return { endpoint: readEndpoint(await readStoredFile(artifactHash)), state: remoteState(artifactHash) }
}

/** In the order in which a version travels: staging before production. */
export async function listEnvironments(db: Session): Promise<Environment[]> {
  const { environments } = db.tables(registryTables)
  return db.select().from(environments).orderBy(asc(environments.position))
}
