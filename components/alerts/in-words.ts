import { formatNumber, formatPercent } from '@/components/ui/format'
import type { State } from '@/components/ui/status-mark'
import type { Delivery, Incident, IncidentEvidence, IncidentKind, IncidentStatus } from '@/lib/alerts/contract'

export const KIND_WORDS: Record<IncidentKind, string> = {
  drift: 'Data', volume: 'Volume', errors: 'Errors', accuracy: 'Accuracy', 'explanation-drift': 'Decides differently', 'new-reason': 'Reasons',
  'forbidden-reason': 'Forbidden reason', guardrail: 'Guardrail', heartbeat: 'Missed check', batch: 'Batch job', serving: 'Serving', log: 'Log',
}
export const STATUS_WORDS: Record<IncidentStatus, string> = { open: 'Open', acknowledged: 'Acknowledged', resolved: 'Resolved' }

export function incidentState({ status, severity }: Pick<Incident, 'status' | 'severity'>): State {
  return status === 'resolved' ? 'ok' : severity
}

type Figure = IncidentEvidence['figures'][number]

export function figureText(figure: Figure, value: number | string | undefined): string {
  if (value === undefined) return '–'
  if (typeof value === 'string') return value
  return figure.isShare === true ? formatPercent(value) : formatNumber(value, { unit: figure.unit })
}

export const DELIVERY_STATE: Record<Delivery['status'], State> = { waiting: 'pending', delivered: 'ok', failed: 'problem' }
export const DELIVERY_WORDS: Record<Delivery['status'], string> = { waiting: 'Waiting', delivered: 'Delivered', failed: 'Not delivered' }
export const EVENT_WORDS: Record<Delivery['event'], string> = { opened: 'Opened', resolved: 'Resolved', test: 'Test' }

export const ACTION_WORDS: Record<string, string> = {
  'incident.opened': 'Opened', 'incident.acknowledged': 'Acknowledged', 'incident.resolved': 'Resolved',
  'incident.severity-raised': 'Raised to a problem',
}

/** What an event in an incident's timeline says besides its name: the note of a person, or what a check had found. */
export function eventDetail({ reason, after }: { reason: string | null; after: unknown }): string | undefined {
  if (reason !== null) return reason
  const found = typeof after === 'object' && after !== null ? (after as { severity?: unknown; sentence?: unknown }) : {}
  if (typeof found.sentence !== 'string') return undefined
  return found.severity === 'problem' ? `Problem: ${found.sentence}` : found.sentence
}

const NOT_CHARTED: ReadonlySet<IncidentKind> = new Set(['heartbeat', 'batch', 'serving', 'log'])

/** The chart the incident is about, at the window it is about; null where there is none. */
export function chartHref(incident: { modelSlug: string | null; environment: string | null; evidence: IncidentEvidence; kind: IncidentKind }, field?: string): string | null {
  const { modelSlug, environment, evidence, kind } = incident
  if (modelSlug === null || NOT_CHARTED.has(kind)) return null
  const query = new URLSearchParams()
  if (evidence.window) {
    query.set('from', String(evidence.window.from))
    query.set('to', String(evidence.window.to))
  }
  if (environment !== null && environment !== 'production') query.set('environment', environment)
  const path = field === undefined ? '' : `/${encodeURIComponent(field)}`
  const place = kind === 'explanation-drift' || kind === 'new-reason' || kind === 'forbidden-reason' ? '#reasons' : ''
  return `/models/${modelSlug}/monitoring${path}${query.size > 0 ? `?${query}` : ''}${place}`
}
