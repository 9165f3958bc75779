// Rows in, results out: reads a block in chunks, rejects what the model does not take, asks the model, guards its answers,
// and writes results, rejected rows and the profile. Runs in each of the engine's threads.
import { openExactExplainer, type ExactExplainer } from '@/lib/inference/exact-explainer'
import { Profile, type ProfileShape } from '@/lib/math/profile'
import type { Answer } from '@/lib/onnx/decode'
import { predictedReasons } from '@/lib/explanations/rules'
import type { Signature } from '@/lib/registry/contract'
import type { GuardrailHit, GuardrailRule } from '@/lib/serving/contract'
import { compileGuardrails, type Guard } from '@/lib/serving/rules/guardrails'
import { extraOf, outputOf, scoreOf, withScore } from '@/lib/serving/rules/output'
import { shapeOf } from '@/lib/serving/rules/profile-values'
import type { InputValue } from '@/lib/serving/rules/validation'
import { recordAt, valueAt, type Chunk, type FieldColumn, type ReadPlan } from '../columns'
import type { EngineReasons, EngineVersion, LoggedBatchRow } from '../contract'
import { csvLine, type Cell } from '../output/csv-cells'
import { CsvRows } from '../text/csv-rows'
import { JsonRows } from '../text/json-rows'
import { TypedRows } from '../typed/typed-rows'
import type { Block, ScoredBlock, SourceShape } from './block'
import type { ChunkModel } from './chunk-model'
import { compileColumnCheck, type ColumnCheck } from './column-check'
import { resultColumns, rowIds } from './result-columns'

export interface ScorerSetup {
  jobId: string
  startedAt: number
  shape: SourceShape
  plan: ReadPlan
  version: Pick<EngineVersion, 'number' | 'signature' | 'reference'>
  guardrails: readonly GuardrailRule[]
  reasons: EngineReasons | null
  isLogged: boolean
  /** Whether results are written as lines of CSV or handed over by column. */
  results: 'lines' | 'columns'
}

/** What an answered row is made of. */
interface Told {
  answer: Answer
  hit: GuardrailHit | null
  score: number | null
  modelScore: number | null
  reasons: string[] | null
}

export class BlockScorer {
  private readonly rows: CsvRows | JsonRows | TypedRows
  private readonly check: ColumnCheck
  private readonly signature: Signature
  private readonly profileShape: ProfileShape
  private readonly idOf: (row: number) => string
  private readonly guard: Guard | null
  /** The fields that guardrails look at. */
  private readonly guardFields: FieldColumn[]
  private readonly columnCount: number
  private readonly classNames: string[]
  private readonly exact: ExactExplainer | null

  constructor(
    private readonly setup: ScorerSetup,
    private readonly model: ChunkModel,
    artifact: Uint8Array | null,
  ) {
    const { version, plan, shape, guardrails, reasons, isLogged } = setup
    this.signature = version.signature
    this.rows = openRows(shape, plan)
    this.check = compileColumnCheck(version.signature)
    this.profileShape = shapeOf(version.signature, version.reference)
    this.idOf = rowIds(setup.jobId, setup.startedAt)
    const names = guardedFields(guardrails)
    this.guard = compileGuardrails(guardrails, names)
    this.guardFields = names.flatMap((name) => this.rows.fields.filter((field) => field.name === name))
    this.columnCount = resultColumns(version.signature, { keep: plan.keep, isLogged, hasGuardrails: guardrails.length > 0, reasons: reasons?.most ?? 0 }).length
    this.classNames = version.signature.task === 'multiclass' ? (version.signature.classes ?? []).map(String) : []
    this.exact = reasons && artifact ? openExactExplainer(artifact, version.signature, reasons.background) : null
  }

  async score(block: Block): Promise<ScoredBlock> {
    const startedAt = performance.now()
    const out = new BlockResults(this.profileShape, this.columnCount, this.setup.results)
    const { content } = block
    const bytes = 'bytes' in content ? Buffer.from(content.bytes.buffer, content.bytes.byteOffset, content.bytes.length) : null
    let at = 0
    let done = 0
    while (done < block.rows) {
      const { rows } = this
      if (rows instanceof TypedRows) at = rows.read('cells' in content ? content.cells : [], at, block.rows, block.firstRow + done)
      else if (bytes) at = rows.read(bytes, at, block.firstRow + done)
      if (rows.rows === 0) break
      await this.scoreChunk(rows, out)
      done += rows.rows
    }
    if (done !== block.rows) throw new Error(`a block of ${block.rows} rows was read as ${done}`)
    return out.finish(block.rows, performance.now() - startedAt)
  }

  private async scoreChunk(chunk: Chunk, out: BlockResults): Promise<void> {
    const rejected = this.check(chunk)
    const accepted: number[] = []
    for (let row = 0; row < chunk.rows; row++) if (!rejected.has(row)) accepted.push(row)
    const answers = accepted.length === 0 ? [] : await this.model.answer(chunk.fields, accepted)
    const scored: number[] = []
    const told: Told[] = []
    for (let index = 0; index < accepted.length; index++) {
      const row = accepted[index] as number
      const found = this.tell(chunk, row, answers[index] as Answer | string)
      if (typeof found === 'string') rejected.set(row, found)
      else {
        scored.push(row)
        told.push(found)
      }
    }
    for (let index = 0; index < scored.length; index++) this.write(chunk, scored[index] as number, told[index] as Told, out)
    this.count(chunk, scored, told, out)
    for (const row of [...rejected.keys()].sort((a, b) => a - b)) out.reject(chunk.firstRow + row, rejected.get(row) as string, chunk.source(row))
  }

  /** The answer that leaves, or why none may. */
  private tell(chunk: Chunk, row: number, said: Answer | string): Told | string {
    if (typeof said === 'string') return said
    const { signature, guard } = this
    const modelScore = scoreOf(signature, said)
    const guarded = guard !== null && modelScore !== null ? guard(modelScore, this.guardFields.map((field) => inputAt(field, row))) : null
    if (guarded && !guarded.isSafe) return `${guarded.hit?.sentence ?? 'The answer breaks a guardrail.'} Its fallback has no allowed answer either, so none is given.`
    const reasons = this.exact ? this.reasonsOf(chunk, row, said) : null
    if (!guarded?.hit) return { answer: said, hit: null, score: modelScore, modelScore: null, reasons }
    return { answer: withScore(signature, said, guarded.score), hit: guarded.hit, score: guarded.score, modelScore, reasons }
  }

  /** Of what the model said, as online; null where this row has no exact explanation. */
  private reasonsOf(chunk: Chunk, row: number, said: Answer): string[] | null {
    const { reasons, version, jobId } = this.setup
    const record = recordAt(chunk.fields, row)
    const explanation = this.exact?.explain(record, said)
    if (!reasons || !explanation?.values.every(Number.isFinite)) return null
    const { scale, values, chosenClass } = explanation
    const explained = { scale, values, errors: Array.from(values, () => 0), ...(chosenClass === undefined ? {} : { chosenClass }) }
    // The job's version and settings stay the same to its end.
    const told = predictedReasons({ id: jobId, signature: version.signature, reference: version.reference }, record, explained, { revision: 0, settings: reasons.settings }, reasons.locale)
    return told.slice(0, reasons.most).map(({ sentence }) => sentence)
  }

  private write(chunk: Chunk, row: number, told: Told, out: BlockResults): void {
    const { signature, setup } = this
    const { answer, score, hit, reasons } = told
    const number = chunk.firstRow + row
    const cells: Cell[] = [number]
    for (let column = 0; column < setup.plan.keep.length; column++) cells.push(chunk.kept(column, row))
    const id = setup.isLogged ? this.idOf(number) : null
    if (id !== null) cells.push(id)
    if (signature.task !== 'regression') cells.push(answer.label === undefined ? null : String(answer.label))
    cells.push(signature.task === 'regression' ? (answer.value ?? null) : score)
    if (signature.decision) cells.push(outputOf(signature, answer).decision ?? null)
    for (const name of this.classNames) cells.push(probabilityOf(answer, name))
    cells.push(setup.version.number)
    if (setup.guardrails.length > 0) cells.push(hit === null ? null : hit.answeredBy)
    for (let index = 0; index < (setup.reasons?.most ?? 0); index++) cells.push(reasons?.[index] ?? null)
    out.add(cells)
    if (hit !== null) out.guarded += 1
    if (reasons !== null) out.explained += 1
    if (id !== null) out.logged.push(this.logged(chunk, row, id, told))
  }

  private logged(chunk: Chunk, row: number, id: string, { answer, hit, score, modelScore }: Told): LoggedBatchRow {
    return {
      id,
      subject: chunk.subject(row),
      inputs: chunk.fields.map((field) => inputAt(field, row)),
      label: answer.label === undefined ? null : String(answer.label),
      score,
      modelScore,
      extra: extraOf(answer),
      guardrail: hit,
    }
  }

  /** As `profileValues` of the online log: a guardrail's answer is not the model's, so what the model said counts. */
  private count({ fields }: Chunk, rows: readonly number[], told: readonly Told[], { profile }: BlockResults): void {
    fields.forEach((field, column) => {
      if (field.kind === 'number') profile.addNumbers(column, field.numbers, rows)
      else for (const row of rows) profile.add(column, profileText(field, row))
    })
    const column = fields.length
    if (this.signature.task === 'multiclass') for (const { answer } of told) profile.add(column, answer.label === undefined ? null : String(answer.label))
    else for (const { score, modelScore } of told) profile.add(column, modelScore ?? score)
  }
}

function openRows(shape: SourceShape, plan: ReadPlan): CsvRows | JsonRows | TypedRows {
  switch (shape.kind) {
    case 'csv':
      return new CsvRows(shape, plan)
    case 'jsonl':
      return new JsonRows(plan)
    case 'typed':
      return new TypedRows(shape, plan)
  }
}

function guardedFields(rules: readonly GuardrailRule[]): string[] {
  const names = rules.flatMap(({ limit, fallback }) => [...(limit.rule === 'output-relative' ? [limit.field] : []), ...(fallback.kind === 'input-multiple' ? [fallback.field] : [])])
  return [...new Set(names)]
}

function inputAt(field: FieldColumn, row: number): InputValue {
  return (valueAt(field, row) as InputValue | undefined) ?? null
}

function profileText(field: FieldColumn, row: number): string | null {
  const value = valueAt(field, row)
  return value === undefined ? null : String(value)
}

function probabilityOf({ probabilities }: Answer, name: string): number | null {
  return probabilities !== undefined && Object.hasOwn(probabilities, name) ? (probabilities[name] ?? null) : null
}

/** What a block comes to. */
class BlockResults {
  guarded = 0
  explained = 0
  readonly logged: LoggedBatchRow[] = []
  readonly profile: Profile
  private scored = 0
  private rejectedRows = 0
  private lines = ''
  private rejected = ''
  private readonly columns: Cell[][]

  constructor(
    shape: ProfileShape,
    columns: number,
    private readonly form: 'lines' | 'columns',
  ) {
    this.profile = new Profile(shape)
    this.columns = form === 'columns' ? Array.from({ length: columns }, () => []) : []
  }

  add(cells: readonly Cell[]): void {
    this.scored += 1
    if (this.form === 'lines') this.lines += csvLine(cells)
    else for (let column = 0; column < cells.length; column++) this.columns[column]?.push(cells[column] as Cell)
  }

  reject(row: number, reason: string, cells: readonly (string | null)[]): void {
    this.rejectedRows += 1
    this.rejected += csvLine([row, reason, ...cells])
  }

  finish(rows: number, milliseconds: number): ScoredBlock {
    const { scored, guarded, explained, rejectedRows, logged } = this
    return {
      rows, scored, guarded, explained, rejectedRows, logged, milliseconds,
      results: this.form === 'lines' ? bytesOf(this.lines) : this.columns,
      rejected: bytesOf(this.rejected),
      profile: this.profile.encode(),
    }
  }
}

/** Memory of its own, which can be handed to another thread. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
