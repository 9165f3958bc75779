// What happens to an incident: a state machine without clock or database.
import { DAY_MS } from '@/lib/platform/clock'
import type { Incident, IncidentStatus, Observation } from '../contract'

/** After a person resolved an incident, the same finding opens a new one only when it still stands this much later. */
export const QUIET_AFTER_RESOLVED_MS = DAY_MS

export interface KnownIncidents {
  unresolved: Pick<Incident, 'severity' | 'status' | 'sentence'> | null
  /** The last one of this fingerprint a person resolved. */
  resolvedByPersonAt: number | null
}

export type IncidentStep = 'open' | 'update' | 'resolve' | 'nothing'

/** What a check does with an observation. */
export function stepFor(observation: Pick<Observation, 'state'>, known: KnownIncidents, at: number): IncidentStep {
  if (observation.state === 'insufficient') return 'nothing'
  if (observation.state === 'quiet') return known.unresolved ? 'resolve' : 'nothing'
  if (known.unresolved) return 'update'
  const isHeldBack = known.resolvedByPersonAt !== null && at - known.resolvedByPersonAt < QUIET_AFTER_RESOLVED_MS
  return isHeldBack ? 'nothing' : 'open'
}

export type IncidentAction = 'acknowledge' | 'resolve'

/** The next status, or the reason why a person cannot do this now. */
export function afterAction(status: IncidentStatus, action: IncidentAction): { status: IncidentStatus } | { refused: string } {
  if (status === 'resolved') return { refused: 'This incident is already resolved.' }
  if (action === 'resolve') return { status: 'resolved' }
  if (status === 'acknowledged') return { refused: 'Somebody has already acknowledged this incident.' }
  return { status: 'acknowledged' }
}
