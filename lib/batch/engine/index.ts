// The engine of batch scoring.
export { guessMapping } from './guess-mapping'
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
  LoggedBatchRow,
  SourceColumn,
  InspectSource,
  RunBatch,
  WhyNoReasons,
} from './contract'
