// The durable log of predictions.
export { predictionLog, type PredictionLog, type ServingLog } from './prediction-log'
export { insertPredictions, type PredictionRecord } from './packed-rows'
export type { ProfiledRow } from './hourly-profiles'
export { logHealth } from './log-health'
export { answerWithoutLog } from './without-log'
export { liveFeed, type LiveListener } from './live-feed'
