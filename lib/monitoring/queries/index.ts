// Reads of watching: drift, traffic, performance, KPIs, monitors and what they find.
export { driftOf, type DriftQuestion } from './drift'
export { evaluateMonitors, type Evaluation, type Evaluations } from './evaluate'
export { health } from './health'
export { kpisOf, type KpiQuestion } from './kpis'
export { listMonitors } from './monitors'
export { performanceOf, type PerformanceQuestion } from './performance'
export { versionNumbers, versionToShow, watchedModel, watchedVersions, type WatchedModel, type WatchedVersion } from './subjects'
export { trafficOf } from './traffic'
