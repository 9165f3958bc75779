// Who answers an address, and in whose words a call's fields are.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { ProblemError } from '@/lib/platform/errors'
import { routing, type Route, type ServedVersion } from '@/lib/serving/routing'
import type { Address } from './address'

/** Nobody learns what is served who may not ask it. */
export async function routeOf(actor: Principal | null, address: Address): Promise<Route> {
  authorize(actor, 'predict')
  return find(actor, address)
}

/** For what is told of a model: to those who may read, too. */
export async function routeToRead(actor: Principal | null, address: Address): Promise<Route> {
  return find(requireReader(actor), address)
}

export function requireReader(actor: Principal | null): Principal {
  if (actor === null || !may(actor, 'read')) authorize(actor, 'predict')
  return actor
}

async function find(actor: Principal, { model, environment, version }: Address): Promise<Route> {
  const table = routing()
  if (version !== null) return table.findVersion(model, environment, version, may(actor, 'predict:unreleased'))
  return table.known(model, environment) ?? (await table.find(model, environment))
}

/** The champion, whoever answers. */
export function namingVersion({ release, versions }: Route): ServedVersion {
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  const version = versions.find(({ id }) => id === champion?.versionId) ?? versions[0]
  if (!version) throw new ProblemError('unavailable', 'The release in force has no version.', { code: 'release_without_arms' })
  return version
}
