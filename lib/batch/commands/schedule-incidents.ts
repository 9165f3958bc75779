import type { Observation } from '@/lib/alerts/contract'

/** What is watched of a schedule: that its jobs begin on time and finish. Nothing for a job that a person began. */
export function scheduleObservation(
  job: { scheduleId: string | null; modelId: string; environment: string; name: string },
  said: { state: Observation['state']; sentence: string; severity?: Observation['severity']; at?: number },
): Observation[] {
  if (job.scheduleId === null) return []
  return [
    {
      fingerprint: `batch-schedule:${job.scheduleId}`,
      modelId: job.modelId,
      environment: job.environment,
      monitorId: null,
      kind: 'batch',
      state: said.state,
      severity: said.severity ?? 'problem',
      title: `The scheduled batch job ${job.name} did not do its work`,
      sentence: said.sentence,
      evidence: said.at === undefined ? { figures: [] } : { figures: [{ name: 'Due at', value: `${new Date(said.at).toISOString().slice(0, 16).replace('T', ' ')} UTC` }] },
    },
  ]
}
