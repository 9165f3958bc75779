// Tries a server before a version is registered: rows in, answers out, and a sentence where it does not answer.
import type { Answer } from '@/lib/onnx/decode'
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import type { Assessment } from '../explainability'
import { codecOf } from './codecs'
import { openRemote, readEndpoint } from './connections'
import type { CompleteEndpoint } from './endpoint'
import { isRemoteProblem } from './failure'
import { compileRows } from './rows'

export interface RemoteTrial {
  answers: Answer[]
  assessment: Assessment | null
}

/** How a remote version is explained, in the words of its page. */
export const REMOTE_EXPLAINED = 'It runs on another server: it is explained by asking that server for mixed rows, after the answer.'

/** @throws ProblemError `endpoint_does_not_answer` with what was sent and what came */
export async function tryRemote({ artifact, signature, rows, background }: { artifact: Uint8Array; signature: GraphSignature; rows: readonly Row[]; background?: readonly Row[] }): Promise<RemoteTrial> {
  const endpoint = readEndpoint(artifact)
  const model = await openRemote(artifact, signature)
  try {
    const answers: Answer[] = []
    // The first alone, as calls come; then as many at once as it takes.
    for (const part of [rows.slice(0, 1), rows.slice(1)]) answers.push(...(await explained(endpoint, part, () => model.run(part))))
    return { answers, assessment: background ? { explainability: { kind: 'sampled', method: null, scale: null, sentence: REMOTE_EXPLAINED, selfTest: null, held: null }, attributions: null } : null }
  } finally {
    await model.close()
  }
}

/** Tells a failure together with what was sent. */
export async function explained<T>(endpoint: CompleteEndpoint, rows: readonly Row[], ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isProblem(error) || !isRemoteProblem(error)) throw error
    const message = `The endpoint does not answer as it must. Sent: ${sentInWords(endpoint, rows)}. What came: ${error.message}`
    throw new ProblemError('invalid', message, { code: 'endpoint_does_not_answer', cause: error, fields: [{ path: 'endpoint', rule: error.code, message }] })
  }
}

/** `POST https://models.example/v2/models/risk/infer with 1 row of 20 fields`. Without values: they may be people's. */
function sentInWords(endpoint: CompleteEndpoint, rows: readonly Row[]): string {
  const { url } = codecOf(endpoint).call(compileRows(endpoint.inputs.fields)(rows.slice(0, 1)))
  const count = Math.min(rows.length, endpoint.mostRows)
  return `POST ${url.origin}${url.pathname} with ${count} ${count === 1 ? 'row' : 'rows'} of ${endpoint.inputs.fields.length} fields`
}
