// What the engine of batch scoring is given and what it gives back. It knows files, databases, a model and its rules;
// jobs, permissions and the tables of Flightdeck are the business of who calls it.
import type { LoadedModel } from '@/lib/inference/session'
import type { Profile, ProfileShape } from '@/lib/math/profile'
import type { Row } from '@/lib/onnx/encode'
import type { GuardrailHit, GuardrailRule } from '@/lib/serving/contract'
import type { InputValue } from '@/lib/serving/rules/validation'
import type { Locale, ReasonSettings } from '@/lib/explanations/contract'
import type { ReferenceData, Signature, Version } from '@/lib/registry/contract'
import type { BatchCheckpoint, BatchFormat, BatchMapping, BatchResultFile } from '../contract'

/** `postgres://…`, or the path of an SQLite file. */
export type DatabaseAddress = string

/** Where rows come from, as what the engine can open. */
export type EngineSource =
  | { kind: 'file'; path: string; format: BatchFormat }
  /** Its rows are first copied into the job's directory: a query asked twice may answer in another order. */
  | { kind: 'query'; address: DatabaseAddress; query: string }

export type EngineOutput =
  /** `results.csv` or `results.parquet` in the job's directory. */
  | { kind: 'file'; format: 'csv' | 'parquet' }
  /** Made if it is not there. Rows are known by job and number, so writing them again changes nothing. */
  | { kind: 'table'; address: DatabaseAddress; table: string }

/** What is needed to give reasons: only a version that is explained exactly gives them in batch, see `whyNoReasons`. */
export interface EngineReasons {
  /** The largest so many of each row. */
  most: number
  background: readonly Row[]
  settings: ReasonSettings
  locale: Locale
}

export interface EngineVersion {
  number: number
  signature: Signature
  reference: ReferenceData | null
  /** A file that ONNX Runtime runs here, or a model that is asked by records, such as a remote one. */
  runtime: { kind: 'onnx'; artifact: Uint8Array } | { kind: 'records'; model: LoadedModel }
}

export interface BatchRun {
  jobId: string
  /** When the job began: the time in the ids of its rows. The same when it goes on after a crash. */
  startedAt: number
  source: EngineSource
  mapping: BatchMapping
  output: EngineOutput
  version: EngineVersion
  guardrails: readonly GuardrailRule[]
  reasons: EngineReasons | null
  /** Hand over each row for the prediction log. */
  isLogged: boolean
  /** The job's own, on a disk that stays: results, rejected rows and what is needed to go on. Made if absent. */
  directory: string
  /** Where the job was when it stopped; null at its beginning. */
  from: BatchCheckpoint | null
  /** Once, before the first row: bytes of a text file (also of a query's copy), rows of a Parquet file. */
  onSize?(sourceSize: number): Promise<void>
  /**
   * Everything up to here is on disk. What it adds belongs into the same transaction that keeps the checkpoint: it is
   * handed over again where that was not committed.
   */
  onCheckpoint(checkpoint: BatchCheckpoint, added: CheckpointAdded): Promise<void>
  /** Stops the job at its next checkpoint. */
  signal: AbortSignal
  /** Threads that read and score; as many as the machine has cores, four at most, where not given. 0: this one. */
  threads?: number
}

/** What came since the checkpoint before. */
export interface CheckpointAdded {
  rows: number
  guarded: number
  /** Rows whose reasons were given. */
  explained: number
  shape: ProfileShape
  /** Of the inputs and answers, as the log of online predictions makes it. */
  profile: Profile
  /** What each scored row took on average. */
  microsecondsARow: number
  /** The rows, where the job is logged. */
  logged: LoggedBatchRow[]
}

export interface LoggedBatchRow {
  /** UUIDv7, the same when the row is scored again. */
  id: string
  subject: string | null
  /** In the order of the signature's fields. */
  inputs: InputValue[]
  label: string | null
  score: number | null
  /** What the model had said, where a guardrail caught it. */
  modelScore: number | null
  /** Of more than two classes. */
  extra: Record<string, number> | null
  guardrail: GuardrailHit | null
}

export type BatchEnd =
  | { state: 'finished'; checkpoint: BatchCheckpoint; results: BatchResultFile[] }
  /** Stopped by its signal; it goes on from this checkpoint. */
  | { state: 'stopped'; checkpoint: BatchCheckpoint | null }

export interface SourceColumn {
  name: string
  /** Up to five different values, as text. */
  examples: string[]
  guessedType: 'number' | 'integer' | 'boolean' | 'text' | 'empty'
}

export interface InspectedSource {
  columns: SourceColumn[]
  /** Bytes of a text file; null for a query. */
  bytes: number | null
  /** Where it is known without reading everything. */
  rows: number | null
  /** The first rows, as text by column; null where a cell is empty. */
  sample: (string | null)[][]
  /** Of a CSV file. */
  separator: string | null
}

/**
 * `runBatch`. Goes on until the source ends or the signal stops it.
 * @throws ProblemError with a sentence for the person whose job it is: `batch_source_unreadable`, `batch_not_utf8`,
 * `batch_column_missing`, `batch_source_changed`, `batch_output_failed`, `batch_model_failed`, `batch_without_reasons`
 */
export type RunBatch = (run: BatchRun) => Promise<BatchEnd>

/** `inspectSource`: columns, types and first rows for the page where columns are mapped. @throws ProblemError as RunBatch */
export type InspectSource = (source: EngineSource) => Promise<InspectedSource>

/** `whyNoReasons`: the sentence why a version gives no reasons in batch; null where it gives them. */
export type WhyNoReasons = (version: Pick<Version, 'explainability' | 'files' | 'runtime'>) => string | null
