// The explainer's worker thread: one row in, one explanation out. See lib/explanations/worker/explainer-pool.ts.
import { parentPort } from 'node:worker_threads'
import { RowExplainer } from '@/lib/explanations/worker/explain-row'
import { refusal, type ExplainReply, type ExplainRequest } from '@/lib/explanations/worker/protocol'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'

const explainer = new RowExplainer()

async function replyTo(request: ExplainRequest): Promise<ExplainReply> {
  try {
    return { kind: 'explained', explanation: await explainer.explain(request) }
  } catch (error) {
    if (!isProblem(error)) logger().error({ err: error, versionId: request.version.id }, 'an explanation failed')
    return refusal(error)
  }
}

parentPort?.on('message', (request: ExplainRequest) => {
  void replyTo(request).then((reply) => parentPort?.postMessage(reply))
})
