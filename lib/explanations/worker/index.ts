// Explanations by a worker process.
export { ExplainerPool, MOST_WAITING_ROWS, startExplainWorker, type ExplainOptions, type PoolOptions } from './explainer-pool'
export type { ExplainedVersion, ExplainReply, ExplainRequest } from './protocol'
