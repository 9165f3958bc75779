// A model as the engine asks it: the chosen rows of a chunk in, an answer or the reason why there is none for each out.
import { setTimeout as sleep } from 'node:timers/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { LoadedModel } from '@/lib/inference/session'
import { compileDecoder, type Answer, type OutputTensor } from '@/lib/onnx/decode'
import type { EncodedTensor } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { withoutZipMap } from '@/lib/onnx/zip-map'
import { isProblem, type ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { recordAt, type FieldColumn } from '../columns'
import { modelFailed } from '../refusals'
import { compileColumnEncoder } from './column-encoder'

export interface ChunkModel {
  answer(fields: readonly FieldColumn[], rows: readonly number[]): Promise<(Answer | string)[]>
  close(): Promise<void>
}

type Run = (fields: readonly FieldColumn[], rows: readonly number[]) => Promise<Answer[]>

export const NOT_FINITE = 'The model’s answer is not a finite number, so there is no answer to give.'
const FAILED = 'The model failed on this row.'

/** Fewer rows that all fail may just be such rows. */
const TELLING_ROWS = 10

/** One session of ONNX Runtime and one thread of it: the engine itself runs several. */
export async function openOnnx(artifact: Uint8Array, signature: GraphSignature): Promise<ChunkModel> {
  const session = await InferenceSession.create(withoutZipMap(artifact) ?? artifact, { logSeverityLevel: 3, intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' })
  const encode = compileColumnEncoder(signature)
  const decoder = compileDecoder(signature)
  const { rowsPerRun } = signature
  const runOnce = async (fields: readonly FieldColumn[], rows: readonly number[], size: number) => {
    const outputs = (await session.run(tensorsOf(encode(fields, rows, size)), decoder.fetches)) as unknown as Record<string, OutputTensor>
    return decoder.decode(outputs, size).slice(0, rows.length)
  }
  const run: Run = async (fields, rows) => {
    if (rowsPerRun === null) return runOnce(fields, rows, rows.length)
    const answers: Answer[] = []
    for (let from = 0; from < rows.length; from += rowsPerRun) answers.push(...(await runOnce(fields, rows.slice(from, from + rowsPerRun), rowsPerRun)))
    return answers
  }
  return { answer: answerWith(run), close: () => session.release() }
}

function tensorsOf(feeds: Record<string, EncodedTensor>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const name in feeds) {
    const { type, data, dims } = feeds[name] as EncodedTensor
    tensors[name] = new Tensor(type as 'float32', data as Float32Array, dims)
  }
  return tensors
}

/** A model that takes records; who opened it closes it. */
export function askByRecords(model: LoadedModel): ChunkModel {
  const run: Run = (fields, rows) => patiently(() => model.run(rows.map((row) => recordAt(fields, row))))
  return { answer: answerWith(run), close: () => Promise.resolve() }
}

/** Where a run fails, it is halved until the rows are alone that make it fail. */
function answerWith(run: Run): ChunkModel['answer'] {
  let hasAnswered = false
  return async (fields, rows) => {
    let lastFailure: unknown
    const attempt = async (part: readonly number[]): Promise<(Answer | string)[]> => {
      if (part.length === 0) return []
      try {
        const answers = await run(fields, part)
        return answers.map((answer) => (isFinite(answer) ? answer : NOT_FINITE))
      } catch (error) {
        if (isProblem(error) && isPassing(error)) throw error
        lastFailure = error
        if (part.length === 1) return [reasonOf(error)]
        const middle = part.length >> 1
        return [...(await attempt(part.slice(0, middle))), ...(await attempt(part.slice(middle)))]
      }
    }
    const answers = await attempt(rows)
    hasAnswered ||= answers.some((answer) => typeof answer !== 'string')
    if (lastFailure !== undefined) {
      logger().warn({ err: lastFailure }, 'a model failed on rows of a batch')
      if (!hasAnswered && answers.length >= TELLING_ROWS) throw modelFailed(lastFailure)
    }
    return answers
  }
}

function reasonOf(error: unknown): string {
  if (!isProblem(error)) return FAILED
  if (error.code === 'answer_not_finite') return NOT_FINITE
  return error.kind === 'internal' ? FAILED : error.message
}

function isFinite({ score, value, probabilities }: Answer): boolean {
  if ((score !== undefined && !Number.isFinite(score)) || (value !== undefined && !Number.isFinite(value))) return false
  for (const name in probabilities) if (!Number.isFinite(probabilities[name])) return false
  return true
}

/** Of the server that answers, not of the rows. */
function isPassing({ kind }: ProblemError): boolean {
  return kind === 'unavailable' || kind === 'timed_out' || kind === 'rate_limited'
}

const MOST_ATTEMPTS = 8
const LONGEST_WAIT_S = 60

/** A server that is away for some minutes at night does not end a job. */
async function patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!isProblem(error) || !isPassing(error) || attempt === MOST_ATTEMPTS) throw error
      const seconds = Math.min(LONGEST_WAIT_S, Math.max(error.retryAfterSeconds ?? 0, 2 ** (attempt - 1)))
      await sleep(1000 * seconds)
    }
  }
}
