// Holds explanations of a remote version to what its server allows them.
import { setTimeout as wait } from 'node:timers/promises'

/** Lets rows through at a pace, first come, first served. */
export class Pace {
  private nextAt = 0

  constructor(private readonly rowsASecond: number) {}

  async take(rows: number): Promise<void> {
    const at = performance.now()
    const from = Math.max(at, this.nextAt)
    this.nextAt = from + (rows / this.rowsASecond) * 1000
    if (from > at) await wait(from - at)
  }
}
