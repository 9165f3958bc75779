// Rows of requests that are there at the same time run through the model together: one call of the runtime for all of
// them costs little more than one for each. Nothing waits for company: what one turn of the event loop brought in, runs.
import { isProblem } from '@/lib/platform/errors'
import type { Answer, LoadedModel } from '@/lib/inference/session'
import type { Row } from '@/lib/onnx/encode'

/** A long list runs in parts, so that it does not hold up everybody else. */
const MOST_ROWS_A_RUN = 256

interface Job {
  rows: readonly Row[]
  resolve(answers: Answer[]): void
  reject(error: unknown): void
}

export class MicroBatch {
  private waiting: Job[] = []
  private isScheduled = false

  constructor(private readonly model: LoadedModel) {}

  run(rows: readonly Row[]): Promise<Answer[]> {
    if (rows.length > MOST_ROWS_A_RUN) return this.runInParts(rows)
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, resolve, reject })
      if (this.isScheduled) return
      this.isScheduled = true
      // After the poll phase of this turn: every request whose bytes were there has joined by then.
      setImmediate(() => this.flush())
    })
  }

  private async runInParts(rows: readonly Row[]): Promise<Answer[]> {
    const answers: Answer[] = []
    for (let start = 0; start < rows.length; start += MOST_ROWS_A_RUN) {
      answers.push(...(await this.run(rows.slice(start, start + MOST_ROWS_A_RUN))))
    }
    return answers
  }

  private flush(): void {
    this.isScheduled = false
    const jobs = this.waiting
    this.waiting = []
    let batch: Job[] = []
    let size = 0
    for (const job of jobs) {
      if (size + job.rows.length > MOST_ROWS_A_RUN && batch.length > 0) {
        void this.runTogether(batch)
        batch = []
        size = 0
      }
      batch.push(job)
      size += job.rows.length
    }
    if (batch.length > 0) void this.runTogether(batch)
  }

  private async runTogether(jobs: readonly Job[]): Promise<void> {
    const [first] = jobs
    try {
      if (jobs.length === 1 && first) return first.resolve(await this.model.run(first.rows))
      const answers = await this.model.run(jobs.flatMap((job) => job.rows))
      let start = 0
      for (const job of jobs) job.resolve(answers.slice(start, (start += job.rows.length)))
    } catch (error) {
      // One request's row must not spoil the others': each tries alone.
      if (jobs.length > 1 && isProblem(error)) for (const job of jobs) void this.runTogether([job])
      else for (const job of jobs) job.reject(error)
    }
  }
}
