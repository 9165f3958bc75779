// A word and a mark per aspect of every released model: from what the last check kept and the last 24 hours of traffic.
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { currentReleases } from '@/lib/releases/queries'
import type { ModelHealth } from '../contract'
import { healthOfErrors, healthOfLatency, healthOfMonitor } from '../rules/health'
import { windowUntil } from '../rules/time'
import { listMonitors } from './monitors'
import { trafficByModel } from './traffic'

export async function health(db: Session, environment = 'production'): Promise<Map<string, ModelHealth>> {
  const releases = (await currentReleases(db)).filter((release) => release.environment === environment)
  const modelIds = releases.map((release) => release.modelId)
  const monitors = await listMonitors(db, { environment })
  const traffic = await trafficByModel(db, modelIds, environment, windowUntil(now(), 24))
  return new Map(
    modelIds.map((modelId) => {
      const own = monitors.filter((monitor) => monitor.modelId === modelId)
      const today = traffic.get(modelId) ?? { rows: 0, errors: 0, p99Ms: null }
      return [
        modelId,
        {
          modelId,
          drift: healthOfMonitor(own, 'drift', 'Data as the model knows it'),
          performance: healthOfMonitor(own, 'accuracy', 'As accurate as expected'),
          errors: healthOfErrors(own, today),
          latency: healthOfLatency(today.p99Ms),
          volume: healthOfMonitor(own, 'volume', 'As busy as usual'),
        },
      ]
    }),
  )
}
