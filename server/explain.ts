// The explainer's process: one row in, one explanation out. See lib/explanations/worker/explainer-pool.ts.
import { setPriority } from 'node:os'
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

/** Below the server, which answers people and programs meanwhile (nice 0 to 19). */
const LOWER_PRIORITY = 5

setPriority(LOWER_PRIORITY)
// A signal to the whole group (Ctrl-C) is the server's to handle: it ends this process when it has drained.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit())
process.on('message', (request: ExplainRequest) => {
  void replyTo(request).then((reply) => process.send?.(reply))
})
