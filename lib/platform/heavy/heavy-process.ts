// The second process: heavy work at the lowest priority, so that answers are given as fast as without it, and a crash or a
// full memory takes no answer with it. Started when there is work, ended when there has been none for a minute.
import { fork, type ChildProcess } from 'node:child_process'
import { once as event } from 'node:events'
import { constants, setPriority } from 'node:os'
import { childEntry } from '../child-entry'
import { childVariables, environment } from '../environment'
import { ProblemError } from '../errors'
import { logger } from '../logging'
import { once, peekOnce, setOnce } from '../once'
import type { HeavyKind, HeavyReply, HeavyRequest, HeavyTask, HeavyTasks, StopReason } from './protocol'

/** Tasks of different kinds run beside each other; of one kind they wait for each other, as they want the same processor. */
interface Task {
  id: number
  kind: HeavyKind
  asked: HeavyTasks[HeavyKind]['asked']
  /** Deaths of the process since the task last got on. */
  deaths: number
  isRunning: boolean
  onProgress: ((progress: HeavyTasks[HeavyKind]['progress']) => void) | undefined
  stopped: StopReason | null
  resolve(answer: HeavyTasks[HeavyKind]['answer']): void
  reject(problem: unknown): void
}

export interface HeavyOptions {
  startProcess?: () => ChildProcess
  idleMs?: number
  /** Before a process is started again after a death. */
  restartMs?: number
}

const IDLE_MS = 60_000
const RESTART_MS = 1000
/** A task is tried again on a new process, once: the death may have been another's fault. */
const MOST_DEATHS = 2
/** How long work may take to come to its next checkpoint at shutdown; what is lost then is done again. */
const GRACE_MS = 5000
const MOST_HEAP_MB = 1024

export class HeavyProcess {
  private readonly startProcess: () => ChildProcess
  private readonly idleMs: number
  private readonly restartMs: number
  private readonly tasks = new Map<number, Task>()
  private child: ChildProcess | undefined
  private isClosed = false
  private nextId = 1
  private idle: ReturnType<typeof setTimeout> | undefined
  private restart: ReturnType<typeof setTimeout> | undefined

  constructor({ startProcess = startHeavyProcess, idleMs = IDLE_MS, restartMs = RESTART_MS }: HeavyOptions = {}) {
    this.startProcess = startProcess
    this.idleMs = idleMs
    this.restartMs = restartMs
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.child?.pid
  }

  /** Tasks that wait or run. */
  get size(): number {
    return this.tasks.size
  }

  run<K extends HeavyKind>(kind: K, asked: HeavyTasks[K]['asked'], onProgress?: (progress: HeavyTasks[K]['progress']) => void): HeavyTask<K> {
    const id = this.nextId++
    const finished = new Promise<HeavyTasks[K]['answer']>((resolve, reject) => {
      if (this.isClosed) {
        reject(ended('Flightdeck is shutting down.'))
        return
      }
      this.tasks.set(id, { id, kind, asked, deaths: 0, isRunning: false, onProgress, stopped: null, resolve, reject })
    })
    this.next()
    return { finished, stop: (reason) => this.stop(id, reason) }
  }

  /** Stops what runs at its next checkpoint, and ends the process. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    clearTimeout(this.restart)
    clearTimeout(this.idle)
    const { child } = this
    for (const task of [...this.tasks.values()]) {
      if (task.isRunning) this.stop(task.id, 'shutdown')
      else this.settle(task, (waiting) => waiting.reject(ended('Flightdeck is shutting down.')))
    }
    if (!child) return
    const gone = isAlive(child) ? event(child, 'exit') : Promise.resolve()
    this.send({ type: 'end' })
    const limit = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await gone
    clearTimeout(limit)
  }

  private stop(id: number, reason: StopReason): void {
    const task = this.tasks.get(id)
    if (!task) return
    task.stopped = reason
    if (task.isRunning) this.send({ type: 'stop', id, reason })
    else this.settle(task, (waiting) => waiting.reject(new ProblemError('conflict', 'The work was stopped before it began.', { code: 'heavy_work_stopped' })))
  }

  private next(): void {
    if (this.isClosed || this.restart) return
    clearTimeout(this.idle)
    if (this.tasks.size === 0) {
      if (this.child) this.idle = setTimeout(() => this.letGo(), this.idleMs).unref()
      return
    }
    const running = new Set([...this.tasks.values()].filter((task) => task.isRunning).map((task) => task.kind))
    for (const task of this.tasks.values()) {
      if (task.isRunning || running.has(task.kind)) continue
      running.add(task.kind)
      task.isRunning = true
      this.child ??= this.start()
      this.send({ type: 'run', id: task.id, kind: task.kind, asked: task.asked })
    }
  }

  /** What is asked after this goes to a new process. */
  private letGo(): void {
    this.send({ type: 'end' })
    this.child = undefined
  }

  private send(request: HeavyRequest): void {
    this.child?.send(request, (error) => {
      // A process that ended meanwhile is told by its exit.
      if (error) logger().debug({ err: error }, 'the second process could not be told')
    })
  }

  private start(): ChildProcess {
    const child = this.startProcess()
    lowerPriority(child)
    child.on('error', (error) => logger().error({ err: error }, 'the second process could not be started'))
    child.on('message', (reply: HeavyReply) => this.hear(reply))
    child.once('exit', (code, signal) => this.recover(child, code ?? signal))
    // Work alone must not keep the server alive.
    child.unref()
    child.channel?.unref()
    return child
  }

  private hear(reply: HeavyReply): void {
    const task = this.tasks.get(reply.id)
    if (!task) return
    switch (reply.type) {
      case 'progress':
        task.deaths = 0
        task.onProgress?.(reply.progress)
        return
      case 'answered':
        this.settle(task, ({ resolve }) => resolve(reply.answer))
        break
      case 'refused':
        this.settle(task, ({ reject }) => reject(new ProblemError(reply.problem.kind, reply.problem.message, { code: reply.problem.code })))
    }
    this.next()
  }

  private settle(task: Task, how: (task: Task) => void): void {
    this.tasks.delete(task.id)
    how(task)
  }

  /** The process has ended: what ran is tried again, what has been tried enough or was to stop is told. */
  private recover(child: ChildProcess, code: number | NodeJS.Signals | null): void {
    if (this.child !== child) return
    this.child = undefined
    clearTimeout(this.idle)
    for (const task of [...this.tasks.values()]) {
      if (!task.isRunning) continue
      task.isRunning = false
      task.deaths += 1
      if (this.isClosed || task.stopped) this.settle(task, ({ reject }) => reject(ended('The second process ended before the work had stopped.')))
      else if (task.deaths >= MOST_DEATHS) this.settle(task, ({ reject }) => reject(ended(`The second process ended twice during this work (${code}).`)))
    }
    if (this.isClosed || this.tasks.size === 0) return
    logger().warn({ code }, 'the second process ended and is started again')
    this.restart = setTimeout(() => {
      this.restart = undefined
      this.next()
    }, this.restartMs)
  }
}

function ended(message: string): ProblemError {
  return new ProblemError('unavailable', message, { code: 'heavy_process_ended' })
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** From here, before it has threads: on Linux a thread has its own priority, that of who made it. */
function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch (error) {
    logger().warn({ err: error }, 'the second process runs at the priority of the first')
  }
}

export function startHeavyProcess(): ChildProcess {
  const { file, execArgv } = childEntry('heavy')
  const { mode, dataDirectory } = environment()
  return fork(file, [], {
    execArgv: [...execArgv, `--max-old-space-size=${MOST_HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: childVariables({ NODE_ENV: mode, FLIGHTDECK_DATA_DIR: dataDirectory }),
  })
}

declare module '../once' {
  interface Once {
    heavyProcess: HeavyProcess
  }
}

/** The one of this process. */
export function heavyProcess(): HeavyProcess {
  return once('heavyProcess', () => new HeavyProcess())
}

/** At shutdown; a later start opens a new one. */
export async function closeHeavyProcess(): Promise<void> {
  await peekOnce('heavyProcess')?.close()
  setOnce('heavyProcess', undefined)
}
