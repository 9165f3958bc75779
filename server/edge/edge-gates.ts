// The limits of a server that counts for itself alone, from its start on.
import type { Principal } from '@/lib/access/contract'
import { hourOf, now } from '@/lib/platform/clock'
import type { Route } from '@/lib/serving/routing'
import { callerOf, type Gates } from '@/lib/serving/limits'
import { Gate } from '@/lib/serving/limits/gate'
import { MonthQuota, settledBefore } from '@/lib/serving/limits/month-quota'

export class EdgeGates implements Gates {
  private readonly callers = new Map<string, Gate>()
  private model: Gate | null = null

  /** @param rowsASecond that one caller may send: it stops a program that has gone wild */
  constructor(private readonly rowsASecond: number) {}

  ofCaller(actor: Principal): Gate {
    const key = callerOf(actor)
    let gate = this.callers.get(key)
    if (!gate) this.callers.set(key, (gate = new Gate({ kind: 'token', prefix: 'This token may send' }, { rowsASecond: this.rowsASecond, burst: 2 * this.rowsASecond })))
    return gate
  }

  ofModel({ model, environment, settings }: Route): Gate {
    if (!this.model) {
      this.model = new Gate({ kind: 'model', prefix: `All callers together may send ${model.slug} in ${environment}` })
      this.model.setLimits(settings.limits)
    }
    return this.model
  }

  areKnown(caller: Gate, model: Gate, _clock: number, at: number): boolean {
    return caller.isCounted(at) && model.isCounted(at)
  }

  look(): Promise<void> {
    const at = now()
    for (const gate of [...this.callers.values(), this.model]) {
      if (gate && !gate.isCounted(at)) gate.quota = new MonthQuota(at, 0, settledBefore(hourOf(at)))
    }
    return Promise.resolve()
  }

  lookAgain(): void {
    // Nothing is kept anywhere else.
  }
}
