// The explainer's process: one question about a version in, one answer out. See lib/explanations/worker/explainer-pool.ts.
import { setPriority } from 'node:os'
import { Elsewhere, type AnsweredElsewhere } from '@/lib/explanations/worker/elsewhere'
import { OpenedVersions } from '@/lib/explanations/worker/opened-version'
import { refusal, type ExplainerReply, type ExplainerRequest, type TaskKind } from '@/lib/explanations/worker/protocol'
import { TASKS } from '@/lib/explanations/worker/tasks'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'

const elsewhere = new Elsewhere((message) => process.send?.(message))
const versions = new OpenedVersions((version) => elsewhere.model(version))

async function replyTo<K extends TaskKind>({ version, kind, asked }: ExplainerRequest<K>): Promise<ExplainerReply> {
  try {
    return { kind: 'answered', answer: await TASKS[kind](await versions.open(version), asked) }
  } catch (error) {
    if (!isProblem(error)) logger().error({ err: error, versionId: version.id, task: kind }, 'an explanation failed')
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
process.on('message', (request: ExplainerRequest | AnsweredElsewhere) => {
  if (request.kind === 'answered-elsewhere') elsewhere.take(request)
  else void replyTo(request).then((reply) => process.send?.(reply))
})
