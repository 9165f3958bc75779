// The engine of batch scoring.
export { guessMapping } from './guess-mapping'
export { inspectSource } from './inspect-source'
export { whyNoReasons } from './reasons'
export { runBatch } from './run-batch'
export type {
  BatchEnd,
  BatchRun,
  CheckpointAdded,
  DatabaseAddress,
  EngineOutput,
  EngineReasons,
  EngineSource,
  EngineVersion,
  InspectedSource,
  InspectSource,
  LoggedBatchRow,
  RunBatch,
  SourceColumn,
  WhyNoReasons,
} from './contract'
