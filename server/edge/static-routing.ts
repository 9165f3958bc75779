// A routing table of one route that never changes.
import { notFound, ProblemError } from '@/lib/platform/errors'
import type { ReleasedModel, Route, Routing } from '@/lib/serving/routing'

export class StaticRouting implements Routing {
  constructor(private readonly route: Route) {}

  known(slug: string, environment: string): Route | undefined {
    const { model, environment: own } = this.route
    return slug === model.slug && environment === own ? this.route : undefined
  }

  last(slug: string, environment: string): Route | undefined {
    return this.known(slug, environment)
  }

  find(slug: string, environment: string): Promise<Route> {
    const { model, environment: own } = this.route
    if (slug !== model.slug) return Promise.reject(notFound(`model called ${slug.slice(0, 64)}`, 'model_unknown'))
    if (environment === own) return Promise.resolve(this.route)
    return Promise.reject(new ProblemError('not_found', `There is no environment called ${environment.slice(0, 64)}; there is ${own}.`, { code: 'environment_unknown' }))
  }

  /** Its version is never closed. */
  again(route: Route): Promise<Route> {
    return Promise.resolve(route)
  }

  async findVersion(slug: string, environment: string, number: number): Promise<Route> {
    const route = await this.find(slug, environment)
    const version = route.versions.find((one) => one.number === number)
    if (!version) throw notFound(`version ${number} of ${slug}`, 'version_unknown')
    return route.only(version)
  }

  released(): Promise<ReleasedModel[]> {
    const { model, environment, versions } = this.route
    return Promise.resolve([{ model: model.slug, environment, versionNumbers: versions.map((version) => version.number) }])
  }

  async warmUp(): Promise<void> {
    await Promise.all(this.route.versions.map((version) => version.ready()))
  }

  close(): Promise<void> {
    for (const version of this.route.versions) version.retire()
    return Promise.resolve()
  }
}
