// Models of every kind of input, registered and released to staging, and calls as the serving lane hands them over.
import type { Principal } from '@/lib/access/contract'
import { pipelineModel, sigmoidModel, zipMapModel } from '@/lib/onnx/testing/sample-models'
import { isProblem } from '@/lib/platform/errors'
import { registerVersion } from '@/lib/registry/commands'
import { operator, program, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import type { RawAnswer, RawCall } from '../../contract'
import { openInference } from '../rest/protocol'

/** Columns of their own: texts, numbers. */
export const CLINIC = 'no-show-risk@staging'
/** A regression. */
export const SHOP = 'price-optimiser@staging'
/** One tensor of two columns, `X`; three classes, `low`, `__proto__` and `high`: the first column up to 1, else the second up to 5, else. */
export const MATRIX = 'matrix@staging'
/** The same tensor; one probability, of the second of two classes: the sigmoid of the first column less the second. */
export const SINGLE = 'single@staging'
/** float32, int64, bool and text columns; classes that are texts. */
export const MIXED = 'mixed@staging'

export async function releaseAll(): Promise<void> {
  await registerExample('clinic', 1)
  await registerExample('clinic', 2)
  await registerExample('shop', 1)
  await registerVersion(operator, { artifact: zipMapModel(), metadata: { model: 'matrix' } })
  await registerVersion(operator, { artifact: sigmoidModel(), metadata: { model: 'single', task: 'binary', positiveClass: 1 } })
  await registerVersion(operator, { artifact: pipelineModel(), metadata: { model: 'mixed' } })
  for (const model of ['no-show-risk', 'price-optimiser', 'matrix', 'single', 'mixed']) await releaseToStaging(model, 1)
}

export interface TestCall {
  method?: string
  body?: string | Buffer
  headers?: Record<string, string>
  principal?: Principal | null
}

export function rawCall(path: string, { method, body, headers = {}, principal = program }: TestCall = {}): RawCall {
  const bytes = Buffer.from(body ?? '')
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    query: new URLSearchParams(),
    headers,
    principal,
    body: () => Promise.resolve(bytes),
    circumstances: { arrived: performance.now(), bytes: bytes.length, timeoutMs: null, headers: {} },
    requestId: 'r-test',
  }
}

/** As the serving lane does: a refusal in the dialect. An error that is none of the caller's doing is thrown on. */
export async function ask(path: string, call: TestCall = {}): Promise<RawAnswer> {
  const raw = rawCall(path, call)
  try {
    return await openInference.answer(raw)
  } catch (error) {
    if (!isProblem(error) || error.kind === 'internal') throw error
    return openInference.refuse(error, raw)
  }
}

export async function askJson(path: string, call: TestCall = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await ask(path, call)
  return { status, body: JSON.parse(Buffer.from(body).toString()) as Record<string, unknown> }
}
