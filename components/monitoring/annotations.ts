import type { TimeAnnotation } from '@/components/charts/time-series/prepare'
import type { IncidentView } from '@/lib/alerts/contract'
import { listIncidents } from '@/lib/alerts/queries'
import { listReleases } from '@/lib/releases/queries'
import type { MonitoringView } from './read-view'

const MOST = 40

/** Releases and incidents of the range, so that each chart shows what happened beside what it draws. */
export async function annotationsOf({ db, model, environment, range }: MonitoringView): Promise<TimeAnnotation[]> {
  const { releases } = await listReleases(db, model.id, { environment, limit: MOST })
  const incidents = await incidentsOf(db, model.id, environment, range)
  return [
    ...releases
      .filter((release) => release.startedAt >= range.from && release.startedAt < range.to)
      .map((release): TimeAnnotation => {
        const versions = release.arms.map((arm) => `v${arm.versionNumber}`).join(' and ')
        return { at: release.startedAt, kind: 'release', label: release.kind === 'rollback' ? `back to ${versions}` : versions }
      }),
    ...incidents
      .filter((incident) => incident.openedAt >= range.from)
      .map((incident): TimeAnnotation => ({ at: incident.openedAt, kind: 'incident', label: incident.title })),
  ]
}

async function incidentsOf(db: MonitoringView['db'], modelId: string, environment: string, { from, to }: MonitoringView['range']): Promise<IncidentView[]> {
  const { incidents } = await listIncidents(db, { modelId, from, to, limit: MOST })
  return incidents.filter((incident) => incident.environment === environment)
}
