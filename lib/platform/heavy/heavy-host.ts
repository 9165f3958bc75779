// The inside of the second process: does what it is told, and dies with who started it.
import { constants, setPriority } from 'node:os'
import { isProblem, ProblemError } from '../errors'
import { logger } from '../logging'
import type { HeavyKind, HeavyReply, HeavyRequest, HeavyTasks, HeavyWork } from './protocol'

/** @param close what the process has open, such as its database */
export function hostHeavyWork(work: HeavyWork, close: () => Promise<void>): void {
  setPriority(constants.priority.PRIORITY_LOW)
  const running = new Map<number, { stop: AbortController; done: Promise<void> }>()

  const run = <K extends HeavyKind>(id: number, kind: K, asked: HeavyTasks[K]['asked']) => {
    const stop = new AbortController()
    const report = (progress: HeavyTasks[K]['progress']) => reply({ type: 'progress', id, progress })
    const done = work[kind](asked, { signal: stop.signal, report }).then(
      (answer) => reply({ type: 'answered', id, answer }),
      (error: unknown) => reply({ type: 'refused', id, problem: problemOf(kind, error) }),
    )
    running.set(id, { stop, done })
    void done.then(() => running.delete(id))
  }

  const end = async () => {
    await Promise.allSettled([...running.values()].map(({ done }) => done))
    await close()
    process.exit(0)
  }

  process.on('message', (request: HeavyRequest) => {
    switch (request.type) {
      case 'run':
        return run(request.id, request.kind, request.asked)
      case 'stop':
        return running.get(request.id)?.stop.abort(request.reason)
      case 'end':
        return void end()
    }
  })
  // A signal to the whole group (Ctrl-C) is the server's to handle: it ends this process when it has drained.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  // Without who asked for it, nothing is worth finishing: all work goes on from its last checkpoint. Not process.exit: that
  // would wait for a thread in the middle of the runtime.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}

function reply(message: HeavyReply): void {
  if (process.connected) process.send?.(message)
}

function problemOf(kind: HeavyKind, error: unknown): (HeavyReply & { type: 'refused' })['problem'] {
  if (!isProblem(error)) logger().error({ err: error, task: kind }, 'heavy work failed')
  const problem = isProblem(error) ? error : new ProblemError('internal', 'The work failed. The log of the server says why.', { code: 'heavy_work_failed' })
  return { kind: problem.kind, code: problem.code, message: problem.message }
}
