// Writes of the serving lane.
export { ingestKpiEvents } from './ingest-kpi-events'
export { ingestOutcomes } from './ingest-outcomes'
export { registerObservedCalls } from './observed-calls'
export { predict } from './predict'
export { setExplanationPolicy } from './set-explanation-policy'
export { setGuardrails } from './set-guardrails'
