// The durable log of predictions.
export { predictionLog, type PredictionLog, type PredictionRecord } from './prediction-log'
export type { ProfiledRow } from './hourly-profiles'
