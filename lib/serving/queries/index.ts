// Reads of the serving lane: one prediction, the log, and what the hours say about it.
export { errorsBetween, fleetTraffic, hourlyTraffic, type ErrorTotal, type TrafficTotal } from './traffic'
export { currentGuardrails } from './guardrails'
export { findPrediction, listPredictions, type PredictionCursor, type PredictionFilter, type PredictionPage } from './predictions'
export { fleetKpis, kpiByVersion, kpiHours, outcomeTallyBetween, type FleetKpi, type KpiHour, type OutcomeBucket, type OutcomeFilter } from './business'
export { profileShapes, profilesBetween, type ProfileBucket, type ProfileFilter } from './profiles'
export { recountProfiles, type ProfileHour, type Recount } from './recount'
export { versionsByIds } from './versions'
export { exampleCall, type ExampleCall } from './example'
