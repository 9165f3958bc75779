// The first page in a handful of reads, each flat in history.
import type { Session } from '@/lib/database'
import { listIncidents } from '@/lib/alerts/queries'
import type { IncidentView } from '@/lib/alerts/contract'
import { health } from '@/lib/monitoring/queries'
import { DAY_MS, now } from '@/lib/platform/clock'
import { listModels } from '@/lib/registry/queries'
import type { Promotion, Release } from '@/lib/releases/contract'
import { currentReleases, pendingPromotions } from '@/lib/releases/queries'
import { fleetKpis, fleetTraffic } from '@/lib/serving/queries'
import type { FleetModel, FleetOverview, WaitingItem } from './contract'
import { dailyTotals, kpiOfWeek, waitingOrder } from './rules'

const ENVIRONMENT = 'production'
const SPARKLINE_DAYS = 14
const MOST_MODELS = 200
const MOST_WAITING = 20

export async function fleetOverview(db: Session): Promise<FleetOverview> {
  const at = now()
  const today = Math.floor(at / DAY_MS) * DAY_MS
  const from = today - (SPARKLINE_DAYS - 1) * DAY_MS
  const [{ models }, releases, healthByModel, traffic, kpis, incidents, promotions] = await Promise.all([
    listModels(db, { limit: MOST_MODELS }),
    currentReleases(db),
    health(db, ENVIRONMENT),
    fleetTraffic(db, from, at),
    fleetKpis(db, ENVIRONMENT, at - 14 * DAY_MS, at - 7 * DAY_MS, at),
    listIncidents(db, { status: 'unresolved', limit: 200 }),
    pendingPromotions(db),
  ])
  const inProduction = new Map(releases.filter((release) => release.environment === ENVIRONMENT).map((release) => [release.modelId, release]))
  const ownTraffic = traffic.filter((hour) => hour.environment === ENVIRONMENT)
  return {
    waiting: waitingItems(incidents.incidents, promotions),
    models: models.map((model): FleetModel => {
      const days = dailyTotals(ownTraffic.filter((hour) => hour.modelId === model.id), from, SPARKLINE_DAYS)
      return {
        id: model.id,
        slug: model.slug,
        name: model.name,
        description: model.description,
        production: productionOf(inProduction.get(model.id)),
        health: healthByModel.get(model.id) ?? null,
        traffic: { days, total: days.reduce((sum, rows) => sum + rows, 0) },
        kpi: kpiOfWeek(kpis.filter((kpi) => kpi.modelId === model.id)),
        openIncidents: incidents.incidents.filter((incident) => incident.modelId === model.id).length,
        pendingPromotions: promotions.filter((promotion) => promotion.modelId === model.id).length,
      }
    }),
  }
}

function productionOf(release: Release | undefined): FleetModel['production'] {
  const champion = release?.arms.find((arm) => arm.role === 'champion')
  if (!release || !champion) return null
  const challengers = release.arms.filter((arm) => arm.role === 'challenger')
  return {
    version: champion.versionNumber,
    since: release.startedAt,
    challengers: challengers.map((arm) => ({ version: arm.versionNumber, shareBasisPoints: arm.shareBasisPoints })),
  }
}

function waitingItems(incidents: readonly IncidentView[], promotions: readonly Promotion[]): WaitingItem[] {
  const items: WaitingItem[] = [
    ...incidents.map((incident) => ({
      kind: 'incident' as const,
      id: incident.id,
      href: `/incidents/${incident.id}`,
      state: incident.severity,
      title: incident.title,
      sentence: incident.sentence,
      modelName: incident.modelName,
      at: incident.openedAt,
    })),
    ...promotions.map((promotion) => ({
      kind: 'promotion' as const,
      id: promotion.id,
      href: `/promotions/${promotion.id}`,
      state: 'pending' as const,
      title: `${promotion.modelName}: version ${promotion.versionNumber} to ${promotion.environment}`,
      sentence: `${promotion.requestedByName} asks: ${promotion.reason}`,
      modelName: promotion.modelName,
      at: promotion.requestedAt,
    })),
  ]
  return items.sort(waitingOrder).slice(0, MOST_WAITING)
}
