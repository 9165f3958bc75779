// The runner: runs versions that have not proven themselves, for lib/inference/isolation. It may die at any run.
import { refusalOf, type RunnerReply, type RunnerRequest } from '@/lib/inference/isolation/protocol'
import { openModel, type LoadedModel } from '@/lib/inference/session'
import type { Answer } from '@/lib/onnx/decode'
import { ProblemError } from '@/lib/platform/errors'

const models = new Map<string, LoadedModel>()

async function answersTo(request: RunnerRequest): Promise<Answer[]> {
  const model = models.get(request.version)
  if (request.kind === 'open') models.set(request.version, await openModel(request.artifact, request.signature))
  else if (!model) throw new ProblemError('internal', 'The version was not opened before it ran.', { code: 'model_failed' })
  else if (request.kind === 'run') return model.run(request.rows)
  else {
    models.delete(request.version)
    await model.close()
  }
  return []
}

async function replyTo(request: RunnerRequest): Promise<RunnerReply> {
  try {
    return { answers: await answersTo(request) }
  } catch (error) {
    // The server's log has it if this process dies.
    if (error instanceof Error) console.error(error.cause ?? error)
    return { refusal: refusalOf(error) }
  }
}

// A signal to the whole group (Ctrl-C) is the server's to handle: it ends this process when it has drained.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('disconnect', () => process.exit())
process.on('message', (request: RunnerRequest) => {
  void replyTo(request).then((reply) => process.send?.(reply))
})
