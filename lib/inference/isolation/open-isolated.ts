// Versions that have not proven themselves run in one process that they share, one run at a time: whoever ends it is known
// for it, and the others go on in the next. The run that ended it is tried once more in a fresh process, since a process
// may be ended from outside.
import type { Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { Mutex } from '@/lib/database/mutex'
import { ProblemError } from '@/lib/platform/errors'
import { once } from '@/lib/platform/once'
import type { Answer, LoadedModel } from '../session'
import { RUNNER_LIMITS, RunnerDied, RunnerProcess, type RunnerLimits } from './runner-process'

export interface IsolatedVersion {
  id: string
  read(): Promise<Uint8Array>
  signature: GraphSignature
  /**
   * Called each time it ends a process, before anything else runs.
   * @param how as a part of a sentence: "ended its process (SIGFPE)"
   * @param isAgain the same run had ended a process before
   */
  onCrash(how: string, isAgain: boolean): Promise<void>
}

declare module '@/lib/platform/once' {
  interface Once {
    isolation: Isolation
  }
}

export function isolation(): Isolation {
  return once('isolation', () => new Isolation())
}

/** Throws `model_crashed` where the file ends the process as it is loaded. */
export function openIsolated(version: IsolatedVersion): Promise<LoadedModel> {
  return isolation().open(version)
}

export class Isolation {
  private runner: RunnerProcess | null = null
  private readonly turns = new Mutex()
  private readonly models = new Set<IsolatedModel>()

  constructor(private readonly limits: RunnerLimits = RUNNER_LIMITS) {}

  /** Of the process that runs them; null while there is none. */
  get pid(): number | null {
    return this.runner?.isDead === false ? (this.runner.pid ?? null) : null
  }

  async open(version: IsolatedVersion): Promise<LoadedModel> {
    const model = new IsolatedModel(version, this)
    this.models.add(model)
    try {
      await model.ready()
      return model
    } catch (error) {
      await this.closed(model)
      throw error
    }
  }

  /** One at a time. */
  turn<T>(work: (runner: () => RunnerProcess) => Promise<T>): Promise<T> {
    return this.turns.run(() =>
      work(() => {
        if (this.runner === null || this.runner.isDead) this.runner = new RunnerProcess(this.limits)
        return this.runner
      }),
    )
  }

  /** The process ends with the last version that needs it. */
  async closed(model: IsolatedModel): Promise<void> {
    this.models.delete(model)
    await this.turns.run(async () => {
      if (this.models.size === 0) this.close()
      else await this.runner?.close(model.id).catch(() => undefined)
    })
  }

  close(): void {
    this.runner?.end()
    this.runner = null
  }
}

class IsolatedModel implements LoadedModel {
  private readonly underWay = new Set<Promise<unknown>>()
  private isClosed = false
  /** The same run ended two processes. */
  private isCondemned = false

  constructor(
    private readonly version: IsolatedVersion,
    private readonly isolation: Isolation,
  ) {}

  get id(): string {
    return this.version.id
  }

  ready(): Promise<void> {
    return this.tryTwice((runner) => this.openIn(runner))
  }

  run(rows: readonly Row[]): Promise<Answer[]> {
    if (rows.length === 0) return Promise.resolve([])
    if (this.isClosed) return Promise.reject(new ProblemError('internal', 'The model was closed before it ran.', { code: 'model_failed' }))
    const running = this.tryTwice(async (runner) => {
      await this.openIn(runner)
      return runner.run(this.id, rows)
    })
    this.underWay.add(running)
    const done = () => this.underWay.delete(running)
    running.then(done, done)
    return running
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    await Promise.allSettled(this.underWay)
    await this.isolation.closed(this)
  }

  private async openIn(runner: RunnerProcess): Promise<void> {
    if (!runner.hasOpen(this.id)) await runner.open(this.id, await this.version.read(), this.version.signature)
  }

  private tryTwice<T>(work: (runner: RunnerProcess) => Promise<T>): Promise<T> {
    return this.isolation.turn(async (runner) => {
      for (const isAgain of [false, true]) {
        if (this.isCondemned) break
        try {
          return await work(runner())
        } catch (error) {
          if (!(error instanceof RunnerDied)) throw error
          this.isCondemned = isAgain
          await this.version.onCrash(error.how, isAgain)
        }
      }
      throw new ProblemError('unavailable', 'The version that should answer ended the process it runs in, twice, and is not run any more. Try again in a moment: another version may answer.', {
        code: 'model_crashed',
        retryAfterSeconds: 1,
      })
    })
  }
}
