// Explanations in a process of their own, so that they never hold up an answer and a crash of the runtime takes nothing
// with it: one worker, a bounded queue before it. A thread would not do: ending one in the middle of a run of ONNX
// Runtime aborts the whole process.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { childEntry } from '@/lib/inference/child'
import type { Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import { environment } from '@/lib/platform/environment'
import { logger } from '@/lib/platform/logging'
import type { Explanation } from '../contract'
import { RemoteModels, type AskedElsewhere } from './elsewhere'
import type { ExplainAsked, ExplainedVersion, ExplainerReply, ExplainerRequest, ExplainerTasks, TaskKind } from './protocol'

/** Rows that may wait, all callers together. At some tenths of a second a row, more would outlast the patience of a caller. */
export const MOST_WAITING_ROWS = 100
/** A worker that says nothing for so long hangs: sampling ends by itself well before. */
const HANGS_AFTER_MS = 60_000
/** A row whose worker died is tried once more: the death may have been another's fault. */
const MOST_ATTEMPTS = 2
const MOST_HEAP_MB = 1024

export interface PoolOptions {
  startWorker?: () => ChildProcess
  hangsAfterMs?: number
}

export interface AskOptions {
  /** Work that nobody waits for goes behind all other and is not counted against the bound. */
  isBackground?: boolean
}

interface Task {
  request: ExplainerRequest
  isBackground: boolean
  attempts: number
  resolve: (answer: ExplainerTasks[TaskKind]['answer']) => void
  reject: (problem: unknown) => void
}

export class ExplainerPool {
  private readonly startWorker: () => ChildProcess
  private readonly hangsAfterMs: number
  private readonly urgent: Task[] = []
  private readonly background: Task[] = []
  private readonly remote = new RemoteModels()
  private worker: ChildProcess | undefined
  private running: Task | undefined
  private watch: ReturnType<typeof setTimeout> | undefined
  private closed = false
  private startedAt = 0
  /** Smoothed, to tell a refused caller when to come back. */
  private secondsARow = 0.3

  constructor({ startWorker = startExplainWorker, hangsAfterMs = HANGS_AFTER_MS }: PoolOptions = {}) {
    this.startWorker = startWorker
    this.hangsAfterMs = hangsAfterMs
  }

  get isClosed(): boolean {
    return this.closed
  }

  /** One explanation for each row. @throws ProblemError as `ask`. */
  explain(version: ExplainedVersion, rows: readonly Row[], options: AskOptions & Omit<ExplainAsked, 'row'> = {}): Promise<Explanation[]> {
    const { isBackground = false, ...asked } = options
    return this.askAll(version, 'explain', rows.map((row) => ({ row, ...asked })), isBackground)
  }

  /** @throws ProblemError `explainer_unavailable` beyond the bound, after repeated crashes and once closed. */
  async ask<K extends TaskKind>(version: ExplainedVersion, kind: K, asked: ExplainerTasks[K]['asked'], { isBackground = false }: AskOptions = {}): Promise<ExplainerTasks[K]['answer']> {
    const [answer] = await this.askAll(version, kind, [asked], isBackground)
    return answer as ExplainerTasks[K]['answer']
  }

  private askAll<K extends TaskKind>(version: ExplainedVersion, kind: K, asked: readonly ExplainerTasks[K]['asked'][], isBackground: boolean): Promise<ExplainerTasks[K]['answer'][]> {
    if (this.closed) return Promise.reject(unavailable('Flightdeck is shutting down.', 5))
    if (!isBackground) {
      const refusal = this.refusalOf(asked.length)
      if (refusal) return Promise.reject(refusal)
    }
    const answers = asked.map((one) => this.enqueue({ version, kind, asked: one }, isBackground))
    this.next()
    return Promise.all(answers) as Promise<ExplainerTasks[K]['answer'][]>
  }

  async close(): Promise<void> {
    this.closed = true
    const problem = unavailable('Flightdeck is shutting down.', 5)
    for (const task of [this.running, ...this.urgent.splice(0), ...this.background.splice(0)]) task?.reject(problem)
    this.running = undefined
    clearTimeout(this.watch)
    this.remote.close()
    const { worker } = this
    if (worker && isRunning(worker)) {
      // Its end is waited for, so it must keep this process alive until then.
      holdProcess(worker, true)
      const ended = once(worker, 'exit')
      worker.kill('SIGKILL')
      await ended
    }
  }

  private refusalOf(rows: number): ProblemError | null {
    if (rows > MOST_WAITING_ROWS) {
      return new ProblemError('invalid', `At most ${MOST_WAITING_ROWS} rows can be explained in one call, not ${rows}. Send fewer rows.`, {
        code: 'too_many_rows_to_explain',
      })
    }
    const waiting = this.urgent.length + (this.running?.isBackground === false ? 1 : 0)
    if (waiting + rows <= MOST_WAITING_ROWS) return null
    return unavailable(`${waiting} rows wait for their explanation already.`, Math.max(1, Math.ceil(waiting * this.secondsARow)))
  }

  private enqueue(request: ExplainerRequest, isBackground: boolean): Promise<ExplainerTasks[TaskKind]['answer']> {
    return new Promise((resolve, reject) => {
      const queue = isBackground ? this.background : this.urgent
      queue.push({ request, isBackground, attempts: 0, resolve, reject })
    })
  }

  private next(): void {
    if (this.running || this.closed) return
    const task = this.urgent.shift() ?? this.background.shift()
    if (!task) return holdProcess(this.worker, false)
    this.running = task
    task.attempts += 1
    const worker = (this.worker ??= this.start())
    // A worker with nothing to do must not keep this process alive; one at work must.
    holdProcess(worker, true)
    this.startedAt = performance.now()
    this.watch = setTimeout(() => {
      this.worker = undefined
      worker.kill('SIGKILL')
      this.fail(task, unavailable('The explanation took too long and was given up.', 60))
      this.next()
    }, this.hangsAfterMs)
    worker.send(task.request, (error) => {
      // A worker that ended meanwhile is told by its exit.
      if (error) logger().debug({ err: error }, 'the explainer could not be asked')
    })
  }

  private settle(task: Task, reply: ExplainerReply): void {
    this.secondsARow += 0.2 * ((performance.now() - this.startedAt) / 1000 - this.secondsARow)
    this.done()
    if (reply.kind === 'answered') task.resolve(reply.answer)
    else task.reject(new ProblemError(reply.problem.kind, reply.problem.message, { code: reply.problem.code }))
    this.next()
  }

  private start(): ChildProcess {
    const worker = this.startWorker()
    worker.on('message', (message: ExplainerReply | AskedElsewhere) => {
      if (message.kind === 'asked-elsewhere') void this.askElsewhere(worker, message)
      // A worker that was given up may still have a word to say.
      else if (this.worker === worker && this.running) this.settle(this.running, message)
    })
    worker.on('error', (error) => logger().error({ err: error }, 'the explainer crashed'))
    worker.once('exit', (code, signal) => {
      if (this.worker !== worker || this.closed) return
      this.worker = undefined
      this.recover(code ?? signal)
    })
    return worker
  }

  private async askElsewhere(worker: ChildProcess, asked: AskedElsewhere): Promise<void> {
    const answered = await this.remote.answer(asked)
    if (isRunning(worker) && worker.connected) worker.send(answered, () => undefined)
  }

  /** The worker ended: the row it had is tried once more on a new one, the others go on. */
  private recover(code: number | NodeJS.Signals | null): void {
    logger().warn({ code }, 'the explainer ended and is started again')
    const task = this.running
    if (task && task.attempts < MOST_ATTEMPTS) {
      this.done()
      const queue = task.isBackground ? this.background : this.urgent
      queue.unshift(task)
    } else if (task) {
      this.fail(task, unavailable('The explainer crashed on this row.', 60))
    }
    this.next()
  }

  private fail(task: Task, problem: ProblemError): void {
    if (this.running !== task) return
    this.done()
    task.reject(problem)
  }

  private done(): void {
    clearTimeout(this.watch)
    this.running = undefined
  }
}

function unavailable(why: string, retryAfterSeconds: number): ProblemError {
  const message = `${why} Try again in ${retryAfterSeconds} s; predictions are answered all the same.`
  return new ProblemError('unavailable', message, { code: 'explainer_unavailable', retryAfterSeconds })
}

function isRunning(worker: ChildProcess): boolean {
  return worker.exitCode === null && worker.signalCode === null
}

function holdProcess(worker: ChildProcess | undefined, isHeld: boolean): void {
  if (isHeld) {
    worker?.ref()
    worker?.channel?.ref()
  } else {
    worker?.unref()
    worker?.channel?.unref()
  }
}

export function startExplainWorker(): ChildProcess {
  const { file, execArgv } = childEntry('explain')
  const { mode, dataDirectory, logLevel } = environment()
  return fork(file, [], {
    execArgv: [...execArgv, `--max-old-space-size=${MOST_HEAP_MB}`],
    // Structured clone: missing numbers are NaN, which JSON has not.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // It runs model files: it gets no secret of ours.
    env: { NODE_ENV: mode, FLIGHTDECK_DATA_DIR: dataDirectory, FLIGHTDECK_LOG_LEVEL: logLevel },
  })
}
