// Explanations by a worker process.
export { ExplainerPool, MOST_WAITING_ROWS, startExplainWorker, type AskOptions, type PoolOptions } from './explainer-pool'
export type { ExplainedVersion, ExplainerReply, ExplainerRequest, ExplainerTasks, TaskKind } from './protocol'
