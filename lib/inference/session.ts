// Runs a model file: rows of fields in, answers out. One ONNX Runtime session, one thread of it.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { compileDecoder, type Answer, type OutputTensor } from '@/lib/onnx/decode'
import { compileEncoder, EncodeError, type EncodedTensor, type Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { withoutZipMap } from '@/lib/onnx/zip-map'
import { ProblemError } from '@/lib/platform/errors'

export type { Answer } from '@/lib/onnx/decode'

export interface LoadedModel {
  /**
   * One answer for each row.
   * Throws `invalid` for a value the model cannot take, `internal` where the model fails or answers a number that is not
   * finite: such an answer may never be passed on.
   */
  run(rows: readonly Row[]): Promise<Answer[]>
  /** Frees the model's memory after the runs that are under way. */
  close(): Promise<void>
}

// Requests arrive one by one and are gathered before they come here; more threads would only fight over the cores.
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  logSeverityLevel: 3,
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
}

export async function openModel(artifact: Uint8Array, signature: GraphSignature): Promise<LoadedModel> {
  const encoder = compileEncoder(signature)
  const decoder = compileDecoder(signature)
  const session = await InferenceSession.create(withoutZipMap(artifact) ?? artifact, SESSION_OPTIONS)
  const underWay = new Set<Promise<unknown>>()

  async function runOnce(rows: readonly Row[]): Promise<Answer[]> {
    const feeds = tensorsOf(encoder.encode(rows).feeds)
    const outputs = (await session.run(feeds, decoder.fetches)) as unknown as Record<string, OutputTensor>
    return decoder.decode(outputs, rows.length)
  }

  async function run(rows: readonly Row[]): Promise<Answer[]> {
    if (rows.length === 0) return []
    try {
      const answers = await (signature.rowsPerRun === null ? runOnce(rows) : inFixedRuns(rows, signature.rowsPerRun, runOnce))
      answers.forEach(refuseNotFinite)
      return answers
    } catch (error) {
      throw asProblem(error)
    }
  }

  return {
    run(rows) {
      const running = run(rows)
      underWay.add(running)
      const done = () => underWay.delete(running)
      running.then(done, done)
      return running
    },
    async close() {
      await Promise.allSettled(underWay)
      await session.release()
    },
  }
}

function tensorsOf(feeds: Record<string, EncodedTensor>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const name in feeds) {
    const { type, data, dims } = feeds[name] as EncodedTensor
    tensors[name] = new Tensor(type as 'float32', data as Float32Array, dims)
  }
  return tensors
}

/** A file exported for exactly this many rows gets them: the last row is repeated and its further answers are left out. */
async function inFixedRuns(rows: readonly Row[], size: number, runOnce: (rows: readonly Row[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size)
    const last = part[part.length - 1] as Row
    const full = part.length === size ? part : [...part, ...new Array<Row>(size - part.length).fill(last)]
    answers.push(...(await runOnce(full)).slice(0, part.length))
  }
  return answers
}

function refuseNotFinite(answer: Answer, row: number): void {
  if (isFiniteOrAbsent(answer.score) && isFiniteOrAbsent(answer.value)) {
    if (answer.probabilities === undefined) return
    let isFinite = true
    for (const name in answer.probabilities) isFinite &&= Number.isFinite(answer.probabilities[name])
    if (isFinite) return
  }
  throw new ProblemError('internal', `The model's answer for row ${row} is not a finite number, so there is no answer to give.`, {
    code: 'answer_not_finite',
  })
}

function isFiniteOrAbsent(value: number | undefined): boolean {
  return value === undefined || Number.isFinite(value)
}

function asProblem(error: unknown): unknown {
  if (error instanceof ProblemError) return error
  if (error instanceof EncodeError) {
    const message = `${error.field} ${error.reason}.`
    const path = `inputs[${error.row}].${error.field}`
    return new ProblemError('invalid', message, { code: 'inputs_invalid', fields: [{ path, rule: 'type', message }], cause: error })
  }
  return new ProblemError('internal', 'The model failed on these rows. The log of the server says why.', { code: 'model_failed', cause: error })
}
