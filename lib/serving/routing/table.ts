// The routing table in memory: which versions answer for which model. A switch loads the new version first, replaces the
// route, and only then retires the old one, so that no request is lost. Other replicas' switches are seen by a cheap
// look at the database at most once a second.
import { and, eq, sql } from 'drizzle-orm'
import { database, type Session } from '@/lib/database'
import { Mutex } from '@/lib/database/mutex'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { environment } from '@/lib/platform/environment'
import { subscribe } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import { registryTables } from '@/lib/registry/tables'
import { currentReleases, releaseInForce } from '@/lib/releases/queries'
import { releasesTables } from '@/lib/releases/tables'
import { currentExplanationPolicy } from '../queries/explanation-policy'
import { currentGuardrails } from '../queries/guardrails'
import { currentServingSettings } from '../queries/serving-settings'
import { BUCKETS } from '../rules'
import { servingTables } from '../tables'
import { answering } from './known-good'
import { Route, type RoutedModel, type RouteParts } from './route'
import { loadVersion, type ServedVersion } from './served-version'

/** How long a switch on another replica may go unseen. */
const LOOKED_AT_EVERY_MS = 1000
/** Of versions that are not released and were asked for by their number. */
const MOST_TRIED = 8

/** What callers ask of a routing table; an edge server has one of its own, of files. */
export type Routing = Pick<RoutingTable, keyof RoutingTable>

declare module '@/lib/platform/once' {
  interface Once {
    routing: Routing
  }
}

export function routing(): Routing {
  return once('routing', () => new RoutingTable())
}

/** A release in force, as it is listed to clients. */
export interface ReleasedModel {
  /** Its slug. */
  model: string
  environment: string
  versionNumbers: number[]
}

export class RoutingTable {
  /** By `slug` and a line break and `environment`. */
  private readonly routes = new Map<string, Route>()
  private readonly versions = new Map<string, Promise<ServedVersion>>()
  /** Versions that were asked for by their number and are not released; the last one asked stands last. */
  private readonly tried = new Set<string>()
  private readonly switches = new Mutex()
  private state = ''
  private lookedAt = -Infinity
  private looking: Promise<void> | null = null
  private readonly unsubscribe: (() => void)[]

  constructor() {
    const follow = ({ modelId, environment }: { modelId: string; environment: string }) => this.refreshModel(modelId, environment)
    this.unsubscribe = [
      subscribe('release.started', follow),
      subscribe('guardrails.changed', follow),
      subscribe('explanation-policy.changed', follow),
      subscribe('serving-settings.changed', follow),
      subscribe('version-health.changed', ({ modelId }) => this.refreshRoutesOf(modelId)),
    ]
  }

  /** The route if it is known and was looked at within the last second; the hot path. */
  known(slug: string, environment: string): Route | undefined {
    return this.isFresh() ? this.routes.get(`${slug}\n${environment}`) : undefined
  }

  /** The route as last seen, however long ago. */
  last(slug: string, environment: string): Route | undefined {
    return this.routes.get(`${slug}\n${environment}`)
  }

  /** Throws `not_found` with `model_unknown`, `environment_unknown` or `nothing_released`. */
  async find(slug: string, environment: string): Promise<Route> {
    if (!this.isFresh()) await this.look()
    const known = this.routes.get(`${slug}\n${environment}`)
    if (known) return known
    const db = await database()
    const model = await this.model(db, slug)
    await this.refresh(model, environment)
    const route = this.routes.get(`${slug}\n${environment}`)
    if (route) return route
    throw await this.nothingReleased(db, model, environment)
  }

  /** The route as it is now, for a call that found its version closed. */
  async again(route: Route): Promise<Route> {
    const [only] = route.versions
    if (route.release !== null || only === undefined) return this.find(route.model.slug, route.environment)
    return this.findVersion(route.model.slug, route.environment, only.number, true)
  }

  /**
   * A route on which one version answers everything. Throws `not_found` with `version_unknown`, `forbidden` with
   * `version_not_released` for one that no release in force has, where the caller may not try such.
   */
  async findVersion(slug: string, environment: string, number: number, mayTryUnreleased: boolean): Promise<Route> {
    if (!this.isFresh()) await this.look()
    const present = this.routes.get(`${slug}\n${environment}`)
    const released = present?.versions.find((version) => version.number === number)
    if (present && released) return present.only(released)
    if (present === undefined && !mayTryUnreleased) return (await this.find(slug, environment)) && this.findVersion(slug, environment, number, false)
    const db = await database()
    const model = await this.model(db, slug)
    const { versions } = db.tables(registryTables)
    const [row] = await db.select({ id: versions.id }).from(versions).where(and(eq(versions.modelId, model.id), eq(versions.number, number)))
    if (!row) throw notFound(`version ${number} of ${slug}`, 'version_unknown')
    if (!mayTryUnreleased) {
      throw new ProblemError('forbidden', `Version ${number} of ${slug} is not released in ${environment}. A token with the scope predict:unreleased may ask it.`, { code: 'version_not_released' })
    }
    return this.switches.run(async () => {
      const version = await this.version(db, row.id)
      this.keepTried(version)
      const arm = { versionId: version.id, versionNumber: version.number, role: 'champion' as const, shareBasisPoints: BUCKETS }
      return new Route({ model, environment, release: null, arms: [arm], versions: new Map([[version.id, version]]), ...(await settingsOf(db, model.id, environment)) })
    })
  }

  /** Every release in force of a model that is not archived. */
  async released(): Promise<ReleasedModel[]> {
    const db = await database()
    const { models } = db.tables(registryTables)
    const rows = await db.select({ id: models.id, slug: models.slug, archivedAt: models.archivedAt }).from(models)
    const slugs = new Map(rows.filter((row) => row.archivedAt === null).map((row) => [row.id, row.slug]))
    return (await currentReleases(db)).flatMap(({ modelId, environment, arms }) => {
      const model = slugs.get(modelId)
      return model === undefined ? [] : [{ model, environment, versionNumbers: arms.map((arm) => arm.versionNumber) }]
    })
  }

  /** Knows every release in force, and opens the versions of as many as stay open, so that a first call does not wait. */
  async warmUp(): Promise<void> {
    const db = await database()
    const { models } = db.tables(registryTables)
    const present = new Map((await db.select({ id: models.id, slug: models.slug, archivedAt: models.archivedAt }).from(models)).map((model) => [model.id, model]))
    let places = environment().hotVersions
    for (const release of await currentReleases(db)) {
      const model = present.get(release.modelId)
      if (!model || model.archivedAt !== null) continue
      places -= release.arms.length
      await this.refresh({ id: model.id, slug: model.slug }, release.environment, places >= 0).catch((error: unknown) =>
        logger().error({ err: error, model: model.slug, environment: release.environment }, 'a released version could not be loaded'),
      )
    }
  }

  async close(): Promise<void> {
    for (const end of this.unsubscribe) end()
    await this.switches.run(async () => {
      this.routes.clear()
      this.tried.clear()
      await this.retireUnused()
    })
  }

  // Real time, not the clock: a simulated one stands still while other replicas go on.
  private isFresh(): boolean {
    return performance.now() - this.lookedAt < LOOKED_AT_EVERY_MS
  }

  private look(): Promise<void> {
    this.looking ??= this.followDatabase().finally(() => {
      this.looking = null
    })
    return this.looking
  }

  private async followDatabase(): Promise<void> {
    const db = await database()
    const state = await stateOf(db).catch((cause: unknown) => {
      throw new ProblemError('unavailable', 'The database cannot be reached. Try again in a moment.', {
        code: 'database_unavailable',
        retryAfterSeconds: 1,
        cause,
      })
    })
    if (state !== this.state && (await this.refreshAll())) this.state = state
    this.lookedAt = performance.now()
  }

  /** A route that cannot follow goes on as it was, and is tried again at the next look. */
  private async refreshAll(): Promise<boolean> {
    const routes = [...this.routes.values()]
    const results = await Promise.allSettled(routes.map((route) => this.refresh(route.model, route.environment)))
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') return
      const route = routes[index]
      logger().error({ err: result.reason as unknown, model: route?.model.slug, environment: route?.environment }, 'a release could not be followed')
    })
    return results.every((result) => result.status === 'fulfilled')
  }

  private async refreshModel(modelId: string, environment: string): Promise<void> {
    const db = await database()
    const { models } = db.tables(registryTables)
    const [model] = await db.select({ id: models.id, slug: models.slug }).from(models).where(eq(models.id, modelId))
    if (model) await this.refresh(model, environment)
  }

  private async refreshRoutesOf(modelId: string): Promise<void> {
    for (const route of [...this.routes.values()]) if (route.model.id === modelId) await this.refresh(route.model, route.environment)
  }

  /** Brings one route to what the database says. One switch at a time, so that a slow load cannot overtake a later one. */
  private refresh(model: RoutedModel, environment: string, isReady = true): Promise<void> {
    return this.switches.run(async () => {
      const db = await database()
      const key = `${model.slug}\n${environment}`
      const release = await releaseInForce(db, model.id, environment)
      if (!release || (await isArchived(db, model.id))) this.routes.delete(key)
      else {
        const before = this.routes.get(key)?.versions ?? []
        // What will answer is opened before it takes over. At the start, of many, only as many as stay open.
        const mustOpen = (version: ServedVersion) => isReady && !before.includes(version)
        const { arms, versions } = await answering(db, model, release, { load: (id) => this.version(db, id), mustOpen })
        this.routes.set(key, new Route({ model, environment, release, arms, versions, ...(await settingsOf(db, model.id, environment)) }))
      }
      await this.retireUnused()
    })
  }

  private version(db: Session, id: string): Promise<ServedVersion> {
    const present = this.versions.get(id)
    if (present) return present
    const loading = loadVersion(db, id)
    this.versions.set(id, loading)
    // A file that was missing may come back from a backup: the next request tries again.
    loading.catch(() => this.versions.delete(id))
    return loading
  }

  private keepTried(version: ServedVersion): void {
    this.tried.delete(version.id)
    this.tried.add(version.id)
    for (const id of this.tried) {
      if (this.tried.size <= MOST_TRIED) break
      this.tried.delete(id)
    }
  }

  private async retireUnused(): Promise<void> {
    const used = new Set([...this.tried, ...[...this.routes.values()].flatMap((route) => route.versions.map((version) => version.id))])
    for (const [id, loading] of [...this.versions]) {
      if (used.has(id)) continue
      this.versions.delete(id)
      await loading.then((version) => version.retire(), () => undefined)
    }
  }

  private async model(db: Session, slug: string): Promise<RoutedModel> {
    const { models } = db.tables(registryTables)
    const [model] = await db
      .select({ id: models.id, slug: models.slug, archivedAt: models.archivedAt })
      .from(models)
      .where(eq(models.slug, slug))
    if (!model) throw notFound(`model called ${slug.slice(0, 64)}`, 'model_unknown')
    if (model.archivedAt !== null) throw notFound(`model called ${slug} any more: it was archived`, 'model_archived')
    return { id: model.id, slug: model.slug }
  }

  private async nothingReleased(db: Session, model: RoutedModel, environment: string): Promise<ProblemError> {
    const { environments } = db.tables(registryTables)
    const names = (await db.select({ name: environments.name }).from(environments)).map((row) => row.name)
    if (!names.includes(environment)) {
      return new ProblemError('not_found', `There is no environment called ${environment}; there are ${names.join(', ')}.`, {
        code: 'environment_unknown',
      })
    }
    return new ProblemError('not_found', `No version of ${model.slug} has been released to ${environment} yet. Promote one first.`, {
      code: 'nothing_released',
    })
  }
}

/** Changes whenever something that routes changed: releases, guardrails and policies are append-only, so their numbers tell. */
async function stateOf(db: Session): Promise<string> {
  const { models } = db.tables(registryTables)
  const { releases } = db.tables(releasesTables)
  const { explanationPolicies, guardrails, servingSettings, versionHealth } = db.tables(servingTables)
  const [row] = await db
    .select({
      archived: sql<number>`count(${models.archivedAt})`,
      releases: sql<number>`(select count(*) from ${releases})`,
      guardrails: sql<number>`(select count(*) from ${guardrails})`,
      explanationPolicies: sql<number>`(select count(*) from ${explanationPolicies})`,
      servingSettings: sql<number>`(select count(*) from ${servingSettings})`,
      quarantined: sql<number>`(select count(*) from ${versionHealth} where ${versionHealth.state} = 'quarantined')`,
    })
    .from(models)
  return JSON.stringify(row ?? null)
}

async function settingsOf(db: Session, modelId: string, environment: string): Promise<Pick<RouteParts, 'guardrails' | 'explanations' | 'settings'>> {
  return {
    guardrails: await currentGuardrails(db, modelId, environment),
    explanations: await currentExplanationPolicy(db, modelId, environment),
    settings: (await currentServingSettings(db, modelId, environment)).settings,
  }
}

async function isArchived(db: Session, modelId: string): Promise<boolean> {
  const { models } = db.tables(registryTables)
  const [model] = await db.select({ archivedAt: models.archivedAt }).from(models).where(eq(models.id, modelId))
  return model === undefined || model.archivedAt !== null
}
