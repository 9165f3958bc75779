// Runs a batch from its last checkpoint to its end: blocks of the source are scored by several threads and written in
// order; at each checkpoint everything before it is on disk and is told to the caller together with what it adds.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Profile, type ProfileShape } from '@/lib/math/profile'
import { shapeOf } from '@/lib/serving/rules/profile-values'
import type { BatchCheckpoint, BatchResultFile } from '../contract'
import { CHUNK_ROWS, readPlan, type ReadPlan } from './columns'
import type { BatchEnd, BatchRun, CheckpointAdded, LoggedBatchRow } from './contract'
import { openSource, refuseChangedSource, refuseMissingColumns, type OpenedSource, type SourceBlock } from './opened-source'
import { AppendFile } from './output/append-file'
import { csvLine } from './output/csv-cells'
import { CsvSink } from './output/csv-sink'
import { ParquetSink } from './output/parquet-sink'
import type { ResultSink } from './output/sink'
import { TableSink } from './output/table-sink'
import { refuseWithoutReasons } from './reasons'
import type { ScoredBlock } from './score/block'
import type { ScorerSetup } from './score/block-scorer'
import { askByRecords, openOnnx } from './score/chunk-model'
import { resultColumns } from './score/result-columns'
import { OwnScorer, ScorerThreads, type Scorers } from './threads/scorers'
import { copyQuery } from './typed/copy-query'

const MOST_THREADS = 4

interface Pace {
  rows: number
  bytes: number
  /** Blocks between two checkpoints. */
  blocks: number
}
/**
 * Of a model that answers hundreds of thousands of rows a second: a checkpoint of 262,144 rows, a second's work. Each makes
 * the disk write everything, which predictions wait for that are logged meanwhile.
 */
const FAST: Pace = { rows: 4096, bytes: 4 * 1024 * 1024, blocks: 64 }
/** With reasons or over the network: what is done twice after a crash stays small. */
const SLOW: Pace = { rows: 1024, bytes: 4 * 1024 * 1024, blocks: 4 }
/** Logged row by row, in transactions so short that others can write in between. */
const LOGGED: Pace = { rows: 1024, bytes: 4 * 1024 * 1024, blocks: 1 }

const START: BatchCheckpoint = { sourceOffset: 0, rowsRead: 0, rowsScored: 0, rowsRejected: 0, chunks: 0, outputBytes: 0, rejectedBytes: 0 }

export async function runBatch(run: BatchRun): Promise<BatchEnd> {
  const { directory, from, signal } = run
  await mkdir(directory, { recursive: true })
  const path = run.source.kind === 'file' ? run.source.path : await copyQuery(run.source.address, run.source.query, directory, signal)
  if (path === null) return { state: 'stopped', checkpoint: from }
  await refuseChangedSource(path, directory, from === null)
  const source = await openSource(path, run.source.kind === 'file' ? run.source.format : 'csv')
  const closing: { close(): Promise<void> }[] = [source]
  try {
    await run.onSize?.(source.size)
    const plan = readPlan(run.version.signature, run.mapping)
    refuseMissingColumns(source.shape, plan)
    const outputs = await openOutputs(run, source, plan)
    closing.push(outputs)
    const scorers = await openScorers(run, source, plan, outputs.results.form)
    closing.push(scorers)
    return await new Running(run, source, scorers, outputs).toTheEnd()
  } finally {
    for (const one of closing.reverse()) await one.close()
  }
}

class Outputs {
  constructor(
    readonly results: ResultSink,
    readonly rejected: AppendFile,
  ) {}

  async close(): Promise<void> {
    await Promise.all([this.results.close(), this.rejected.close()])
  }
}

async function openOutputs(run: BatchRun, source: OpenedSource, plan: ReadPlan): Promise<Outputs> {
  const { directory, output, version, isLogged, guardrails, reasons, jobId, from } = run
  const columns = resultColumns(version.signature, { keep: plan.keep, isLogged, hasGuardrails: guardrails.length > 0, reasons: reasons?.most ?? 0 })
  const length = from?.outputBytes ?? 0
  const results =
    output.kind === 'table' ? await TableSink.open(output.address, output.table, columns, jobId)
    : output.format === 'csv' ? await CsvSink.open(directory, columns, length)
    : await ParquetSink.open(directory, columns, length)
  const rejectedBytes = from?.rejectedBytes ?? 0
  const rejected = await AppendFile.open(join(directory, 'rejected.csv'), rejectedBytes, 'The file of rejected rows')
  if (rejectedBytes === 0) await rejected.append(Buffer.from(csvLine(['row', 'reason', ...source.rowColumns])))
  return new Outputs(results, rejected)
}

async function openScorers(run: BatchRun, source: OpenedSource, plan: ReadPlan, results: ScorerSetup['results']): Promise<Scorers> {
  const { jobId, startedAt, guardrails, reasons, isLogged } = run
  const { number, signature, reference, runtime } = run.version
  const setup: ScorerSetup = { jobId, startedAt, shape: source.shape, plan, version: { number, signature, reference }, guardrails, reasons, isLogged, results }
  refuseWithoutReasons(run)
  if (runtime.kind === 'records') return new OwnScorer(setup, askByRecords(runtime.model), null)
  const threads = run.threads ?? Math.min(availableParallelism(), MOST_THREADS)
  if (threads > 0) return new ScorerThreads(setup, runtime.artifact, threads)
  return new OwnScorer(setup, await openOnnx(runtime.artifact, signature), runtime.artifact)
}

class Running {
  private readonly shape: ProfileShape
  private readonly pace: Pace
  private checkpoint: BatchCheckpoint
  private pending: Added
  private blocks = 0

  constructor(
    private readonly run: BatchRun,
    private readonly source: OpenedSource,
    private readonly scorers: Scorers,
    private readonly outputs: Outputs,
  ) {
    const { version, reasons, isLogged, from } = run
    const isSlow = version.runtime.kind === 'records' || reasons !== null
    this.shape = shapeOf(version.signature, version.reference)
    this.pace = isLogged ? LOGGED : isSlow ? SLOW : FAST
    this.checkpoint = from ?? START
    this.pending = new Added(this.shape)
  }

  async toTheEnd(): Promise<BatchEnd> {
    const { run, source, scorers, pace } = this
    const underWay: { source: SourceBlock; scored: Promise<ScoredBlock> }[] = []
    const takeOldest = async () => {
      const oldest = underWay.shift()
      if (oldest) await this.take(oldest.source, await oldest.scored)
    }
    let isStopped = false
    try {
      for await (const next of source.blocks(run.from, pace)) {
        isStopped = run.signal.aborted
        if (isStopped) break
        const scored = scorers.score(next.block)
        // Awaited in its turn; until then its failure is no unhandled one.
        scored.catch(() => undefined)
        underWay.push({ source: next, scored })
        if (underWay.length > scorers.width) await takeOldest()
      }
      while (underWay.length > 0) await takeOldest()
    } catch (error) {
      await Promise.allSettled(underWay.map(({ scored }) => scored))
      throw error
    }
    await this.keep()
    if (isStopped) return { state: 'stopped', checkpoint: this.checkpoint }
    await this.outputs.results.finish()
    return { state: 'finished', checkpoint: this.checkpoint, results: await this.describe() }
  }

  private async take({ block, endOffset }: SourceBlock, scored: ScoredBlock): Promise<void> {
    const { outputs, checkpoint } = this
    await outputs.results.write(scored)
    await outputs.rejected.append(scored.rejected)
    this.pending.add(scored)
    this.checkpoint = {
      ...checkpoint,
      sourceOffset: endOffset,
      rowsRead: checkpoint.rowsRead + block.rows,
      rowsScored: checkpoint.rowsScored + scored.scored,
      rowsRejected: checkpoint.rowsRejected + scored.rejectedRows,
      chunks: checkpoint.chunks + Math.ceil(block.rows / CHUNK_ROWS),
    }
    this.blocks += 1
    if (this.blocks >= this.pace.blocks) await this.keep()
  }

  /** Outputs first: what the caller keeps must be there after a crash. */
  private async keep(): Promise<void> {
    if (this.blocks === 0 && this.checkpoint.outputBytes > 0) return
    const { outputs, pending } = this
    const outputBytes = await outputs.results.checkpoint()
    await outputs.rejected.sync()
    this.checkpoint = { ...this.checkpoint, outputBytes, rejectedBytes: outputs.rejected.length }
    this.pending = new Added(this.shape)
    this.blocks = 0
    await this.run.onCheckpoint(this.checkpoint, pending.told())
  }

  private async describe(): Promise<BatchResultFile[]> {
    const { directory, output } = this.run
    const { rowsScored, rowsRejected } = this.checkpoint
    const rejected = await describeFile(directory, 'rejected', 'rejected.csv', rowsRejected)
    if (output.kind === 'table') return [rejected]
    return [await describeFile(directory, 'results', `results.${output.format}`, rowsScored), rejected]
  }
}

/** What came since the last checkpoint. */
class Added {
  private rows = 0
  private guarded = 0
  private explained = 0
  private milliseconds = 0
  private readonly logged: LoggedBatchRow[] = []
  private readonly profile: Profile

  constructor(private readonly shape: ProfileShape) {
    this.profile = new Profile(shape)
  }

  add(scored: ScoredBlock): void {
    this.rows += scored.scored
    this.guarded += scored.guarded
    this.explained += scored.explained
    this.milliseconds += scored.milliseconds
    for (const row of scored.logged) this.logged.push(row)
    this.profile.merge(Profile.decode(this.shape, scored.profile))
  }

  told(): CheckpointAdded {
    const { rows, guarded, explained, shape, profile, logged } = this
    return { rows, guarded, explained, shape, profile, logged, microsecondsARow: rows === 0 ? 0 : (1000 * this.milliseconds) / rows }
  }
}

async function describeFile(directory: string, name: BatchResultFile['name'], fileName: string, rows: number): Promise<BatchResultFile> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const part of createReadStream(join(directory, fileName), { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    hash.update(part)
    bytes += part.length
  }
  return { name, fileName, bytes, rows, sha256: hash.digest('hex') }
}
