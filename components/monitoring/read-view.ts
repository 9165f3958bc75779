// What an address of a monitoring page asks for: model, environment, version and range of time. On the server.
import { notFound } from 'next/navigation'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { isProblem } from '@/lib/platform/errors'
import { listEnvironments, findModel } from '@/lib/registry/queries'
import { versionNumbers, versionToShow, type WatchedModel, type WatchedVersion } from '@/lib/monitoring/queries'
import { readTimeRange, type TimeRange } from '@/lib/monitoring/rules/time'
import { CHANNELS, type Channel } from '@/lib/serving/contract'

export interface ViewParams {
  range?: string
  from?: string
  to?: string
  environment?: string
  version?: string
  channel?: string
}

export interface MonitoringView {
  db: Session
  at: number
  model: WatchedModel
  environment: string
  environments: string[]
  /** null for a model without versions. */
  version: WatchedVersion | null
  versions: number[]
  channel: Channel
  range: TimeRange
  /** The query of this view, for links that keep it. */
  query: string
}

export async function readView(slug: string, asked: ViewParams): Promise<MonitoringView> {
  const db = await database()
  const model = await findModel(db, slug)
  if (!model) notFound()
  const environments = (await listEnvironments(db)).map((one) => one.name).reverse()
  const environment = environments.find((name) => name === asked.environment) ?? 'production'
  const number = asked.version !== undefined && /^\d+$/.test(asked.version) ? Number(asked.version) : undefined
  const version = await versionToShow(db, model.id, environment, number).catch((error: unknown) => {
    if (isProblem(error) && error.kind === 'not_found') notFound()
    throw error
  })
  const versions = await versionNumbers(db, model.id)
  const channel = CHANNELS.find((one) => one === asked.channel) ?? 'online'
  const at = now()
  const kept = Object.entries({ ...asked }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const query = kept.length === 0 ? '' : `?${new URLSearchParams(kept)}`
  return { db, at, model, environment, environments, version, versions: versions.map((one) => one.number), channel, range: readTimeRange(asked, at), query }
}
