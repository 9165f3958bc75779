// What applications will report later, kept by the time at which they send it.
import type { Report, Scenario } from './story'

export interface Sending {
  scenario: Scenario
  outcomes: Record<string, unknown>[]
  kpis: Record<string, unknown>[]
}

export class Outbox {
  private readonly slots = new Map<number, Map<Scenario, Sending>>()
  private nextAt = Infinity

  add(scenario: Scenario, report: Report, key: { predictionId: string; subject: string }): void {
    const sending = this.sending(scenario, report.sentAt)
    const about = report.by === 'prediction' ? { predictionId: key.predictionId } : { subject: key.subject }
    const event = { model: scenario.model, ...about, occurredAt: new Date(report.occurredAt).toISOString() }
    if (report.kind === 'outcome') sending.outcomes.push({ ...event, outcome: report.outcome })
    else sending.kpis.push({ ...event, name: report.name, value: report.value })
  }

  hasDue(at: number): boolean {
    return this.nextAt <= at
  }

  /** Takes out what is due, the earliest first. */
  takeDue(at: number): { at: number; sendings: Sending[] }[] {
    if (!this.hasDue(at)) return []
    const due = [...this.slots.keys()].filter((slot) => slot <= at).sort((a, b) => a - b)
    const taken = due.map((slot) => ({ at: slot, sendings: [...(this.slots.get(slot)?.values() ?? [])] }))
    for (const slot of due) this.slots.delete(slot)
    this.nextAt = Math.min(Infinity, ...this.slots.keys())
    return taken
  }

  private sending(scenario: Scenario, at: number): Sending {
    this.nextAt = Math.min(this.nextAt, at)
    const slot = this.slots.get(at) ?? new Map<Scenario, Sending>()
    this.slots.set(at, slot)
    const sending = slot.get(scenario) ?? { scenario, outcomes: [], kpis: [] }
    slot.set(scenario, sending)
    return sending
  }
}
