// The child that opens a model file for the first time: loads it, answers the first rows one by one as single calls
// will come, then all in batches, and reports over IPC. Started by lib/inference/probe.ts, which may kill it any time.
import { readFile } from 'node:fs/promises'
import { assessExplainability, type Assessment } from '@/lib/inference/explainability'
import { FIRST_ROWS, type ProbeReport, type ProbeRequest } from '@/lib/inference/probe'
import { openModel, type LoadedModel } from '@/lib/inference/session'
import type { Answer } from '@/lib/onnx/decode'
import { EncodeError, type Row } from '@/lib/onnx/encode'
import { isProblem } from '@/lib/platform/errors'

const BATCH_ROWS = 256

async function load({ artifactPath, signature }: ProbeRequest): Promise<LoadedModel> {
  const artifact = await readFile(artifactPath)
  const startedAt = performance.now()
  const model = await openModel(artifact, signature)
  report({ kind: 'loaded', loadMs: performance.now() - startedAt })
  return model
}

async function answer(model: LoadedModel, rows: ProbeRequest['rows']): Promise<Answer[]> {
  for (const index of rows.slice(0, FIRST_ROWS).keys()) await answerOne(model, rows, index)
  const answers: Answer[] = []
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const batch = rows.slice(start, start + BATCH_ROWS)
    try {
      answers.push(...(await model.run(batch)))
    } catch (error) {
      // One by one, to tell which row it is.
      for (const offset of batch.keys()) await answerOne(model, rows, start + offset)
      throw error
    }
  }
  return answers
}

async function answerOne(model: LoadedModel, rows: ProbeRequest['rows'], index: number): Promise<void> {
  const row = rows[index]
  if (row === undefined) return
  try {
    await model.run([row])
  } catch (error) {
    throw new RowFailure(index, error)
  }
}

class RowFailure extends Error {
  readonly field: string | null

  constructor(
    readonly row: number,
    cause: unknown,
  ) {
    const inner = isProblem(cause) && cause.cause !== undefined ? cause.cause : cause
    const isNotFinite = isProblem(cause) && cause.code === 'answer_not_finite'
    super(isNotFinite ? 'its answer is not a finite number.' : inner instanceof EncodeError ? `${inner.reason}.` : oneSentence(inner))
    this.field = inner instanceof EncodeError ? inner.field : null
  }
}

/** The runtime's own words without its source paths, and not a page of them. */
function oneSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const plain = message
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /g, '')
    .replace(/\/\S+\.(cc|h):\d+\s*/g, '')
    .split('\n', 1)[0]
    ?.trim()
    .slice(0, 300)
  return plain === undefined || plain === '' ? 'no reason was given.' : /[.!?]$/.test(plain) ? plain : `${plain}.`
}

/** How its answers can be explained. What fails here, fails for the explanations only. */
async function assess(model: LoadedModel, { artifactPath, signature, rows, background }: ProbeRequest, answers: readonly Answer[]): Promise<Assessment | null> {
  if (background === null) return null
  const ask = async (asked: readonly Row[]) => model.run(asked).catch(() => Promise.all(asked.map((row) => answerOrNone(model, row))))
  return assessExplainability({ artifact: await readFile(artifactPath), signature, rows, answers, background, ask })
}

/** Rows made to find errors may have no answer. */
async function answerOrNone(model: LoadedModel, row: Row): Promise<Answer | null> {
  const [answer] = await model.run([row]).catch(() => [])
  return answer ?? null
}

function report(message: ProbeReport): void {
  process.send?.(message)
}

process.once('message', (request: ProbeRequest) => {
  let during: 'load' | 'rows' = 'load'
  const work = async () => {
    const model = await load(request)
    during = 'rows'
    const answers = await answer(model, request.rows)
    report({ kind: 'answered', answers, assessment: await assess(model, request, answers) })
  }
  work().catch((error: unknown) => {
    const isRow = error instanceof RowFailure
    report({
      kind: 'failed',
      during,
      message: isRow ? error.message : oneSentence(error),
      row: isRow ? error.row : null,
      field: isRow ? error.field : null,
    })
  })
})
process.once('disconnect', () => process.exit(1))
