// Writes of the serving lane.
export { ingestKpiEvents } from './ingest-kpi-events'
export { ingestOutcomes } from './ingest-outcomes'
export { registerObservedCalls } from './observed-calls'
export { fromInside, predict } from './predict'
export { countUnread, serve, type Circumstances, type Served, type ServeCall, type ServedRow } from './serve'
export { setExplanationPolicy } from './set-explanation-policy'
export { setGuardrails } from './set-guardrails'
