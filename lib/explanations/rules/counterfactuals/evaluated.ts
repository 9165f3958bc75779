// Combinations of changes, each asked of the model once, up to a budget.
import type { FieldValue } from '../../contract/lookup'
import type { Freedom } from './freedoms'

/**
 * Each further field that changes costs as much as passing over a fifth of the sample: two small changes are better
 * than one of half the range, three are hardly ever.
 */
const FIELD_COST = 0.2

/** New values by the freedom's place; places that are not there stay as they are. */
export type Changes = ReadonlyMap<number, FieldValue>

export interface State {
  changes: Changes
  /** Sum of the changes' costs, and one for each field. */
  cost: number
  gap: number
}

export interface SearchedModel {
  freedoms: readonly Freedom[]
  /** How far the model's answer is from what is wanted, for each row; 0 or less is reached. */
  gapsOf(changes: readonly Record<string, FieldValue>[]): Promise<ArrayLike<number>>
}

export class Evaluated {
  private readonly gaps = new Map<string, number>()

  constructor(
    private readonly model: SearchedModel,
    private readonly budget: number,
  ) {}

  get evaluations(): number {
    return this.gaps.size
  }

  get isSpent(): boolean {
    return this.gaps.size >= this.budget
  }

  /** Those beyond the budget are left out. */
  async states(wanted: readonly Changes[]): Promise<State[]> {
    const keyed = new Map(wanted.map((changes) => [keyOf(changes), changes]))
    const missing = [...keyed].filter(([key]) => !this.gaps.has(key)).slice(0, Math.max(0, this.budget - this.gaps.size))
    const gaps = missing.length === 0 ? [] : await this.model.gapsOf(missing.map(([, changes]) => this.record(changes)))
    missing.forEach(([key], index) => this.gaps.set(key, gaps[index] as number))
    return [...keyed].flatMap(([key, changes]) => {
      const gap = this.gaps.get(key)
      return gap === undefined ? [] : [{ changes, gap, cost: this.costOf(changes) }]
    })
  }

  costOf(changes: Changes): number {
    let cost = FIELD_COST * changes.size
    for (const [place, value] of changes) cost += this.model.freedoms[place]?.costOf(value) ?? 0
    return cost
  }

  private record(changes: Changes): Record<string, FieldValue> {
    return Object.fromEntries([...changes].map(([place, value]) => [this.model.freedoms[place]?.field ?? '', value]))
  }
}

export function keyOf(changes: Changes): string {
  return JSON.stringify([...changes].sort(([a], [b]) => a - b))
}

/** Which fields change. */
export function fieldsKey(changes: Changes): string {
  return [...changes.keys()].sort((a, b) => a - b).join(' ')
}

export function withChange(changes: Changes, place: number, value: FieldValue): Changes {
  return new Map(changes).set(place, value)
}

export function without(changes: Changes, place: number): Changes {
  return new Map([...changes].filter(([other]) => other !== place))
}

/** The smaller cost first, the nearer gap where that is the same. */
export function byCost(a: State, b: State): number {
  return a.cost - b.cost || a.gap - b.gap || (keyOf(a.changes) < keyOf(b.changes) ? -1 : 1)
}
