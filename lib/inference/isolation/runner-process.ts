// A child process that runs models, one request at a time: when it dies, what it was asked last is what it died of.
import { fork, type ChildProcess } from 'node:child_process'
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { environment } from '@/lib/platform/environment'
import { logger } from '@/lib/platform/logging'
import { childEntry } from '../child'
import { residentBytes } from '../resident-bytes'
import type { Answer } from '../session'
import { problemOf, type RunnerReply, type RunnerRequest } from './protocol'

const MB = 1024 * 1024
/** Opening a file includes the start of the process. */
export const RUNNER_LIMITS = { memoryBytes: 2048 * MB, openMs: 60_000, answerMs: 10_000 }
export type RunnerLimits = typeof RUNNER_LIMITS
const WATCH_EVERY_MS = 250

export class RunnerDied extends Error {
  /** @param how as a part of a sentence about the version: "ended its process (SIGFPE)" */
  constructor(readonly how: string) {
    super(`the runner is gone: ${how}`)
  }
}

interface Owed {
  /** performance.now() by which the answer must be there. */
  until: number
  limitMs: number
  resolve(answers: Answer[]): void
  reject(error: unknown): void
}

type Asked<K extends RunnerRequest['kind']> = Omit<Extract<RunnerRequest, { kind: K }>, 'kind'>

export class RunnerProcess {
  private readonly child: ChildProcess
  private readonly watch: NodeJS.Timeout
  private readonly opened = new Set<string>()
  private owed: Owed | null = null
  private lastWords = ''
  /** Why we end it, where we do. */
  private ended: string | null = null
  private died: RunnerDied | null = null

  constructor(private readonly limits: RunnerLimits) {
    const entry = childEntry('isolate')
    this.child = fork(entry.file, [], {
      execArgv: [...entry.execArgv, `--max-old-space-size=${Math.floor(limits.memoryBytes / MB / 2)}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // What runs there has not proven itself: it gets none of our settings and secrets.
      env: { NODE_ENV: environment().mode },
    })
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = (this.lastWords + chunk.toString('utf8')).slice(-2000)
    })
    this.child.on('message', (reply: RunnerReply) => this.settle(reply))
    this.child.once('error', (error) => this.die(`could not be started (${error.message})`))
    this.child.once('exit', (code, signal) => this.die(this.ended ?? `ended its process (${signal ?? `exit code ${code}`})`))
    this.watch = setInterval(() => void this.look(), WATCH_EVERY_MS).unref()
  }

  get isDead(): boolean {
    return this.died !== null || this.ended !== null
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  hasOpen(version: string): boolean {
    return this.opened.has(version)
  }

  async open(version: string, artifact: Uint8Array, signature: GraphSignature): Promise<void> {
    await this.ask('open', { version, artifact, signature })
    this.opened.add(version)
  }

  run(version: string, rows: readonly Row[]): Promise<Answer[]> {
    return this.ask('run', { version, rows })
  }

  async close(version: string): Promise<void> {
    if (this.opened.delete(version) && !this.isDead) await this.ask('close', { version })
  }

  end(why = 'was ended'): void {
    clearInterval(this.watch)
    this.ended ??= why
    this.child.kill('SIGKILL')
  }

  private ask<K extends RunnerRequest['kind']>(kind: K, asked: Asked<K>): Promise<Answer[]> {
    if (this.died) return Promise.reject(this.died)
    return new Promise((resolve, reject) => {
      const limitMs = kind === 'open' ? this.limits.openMs : this.limits.answerMs
      this.owed = { until: performance.now() + limitMs, limitMs, resolve, reject }
      // A process that is gone says so by its exit.
      this.child.send({ kind, ...asked }, () => undefined)
    })
  }

  private settle(reply: RunnerReply): void {
    const { owed } = this
    this.owed = null
    if ('answers' in reply) owed?.resolve(reply.answers)
    else owed?.reject(problemOf(reply.refusal))
  }

  private die(how: string): void {
    if (this.died) return
    clearInterval(this.watch)
    // V8 says this before it aborts.
    this.died = new RunnerDied(/heap out of memory/i.test(this.lastWords) ? 'ran out of memory' : how)
    if (this.owed) logger().error({ how: this.died.how, said: this.lastWords }, 'the process that runs unproven versions ended')
    this.owed?.reject(this.died)
    this.owed = null
  }

  private async look(): Promise<void> {
    const { owed, limits } = this
    if (owed === null) return
    if (performance.now() > owed.until) return this.end(`did not answer within ${owed.limitMs / 1000} s`)
    const resident = this.child.pid === undefined ? null : await residentBytes(this.child.pid)
    if (resident !== null && resident > limits.memoryBytes) this.end(`took more than ${Math.round(limits.memoryBytes / MB)} MB of memory`)
  }
}
