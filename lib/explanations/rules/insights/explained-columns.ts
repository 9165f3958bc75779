// One field of explained rows.
import type { InputValue } from '../shown-inputs'
import { isMissing } from '../value-words'
import type { ExplainedRows } from './contract'

export function contributionsOf({ contributions, count, width }: ExplainedRows, index: number): number[] {
  return Array.from({ length: count }, (_, row) => contributions[row * width + index] as number)
}

export function valuesOf({ inputs }: ExplainedRows, index: number): InputValue[] {
  return inputs.map((values) => values[index] ?? null)
}

/** Of a quantity: null where there is none. */
export function numbersOf(values: readonly InputValue[]): (number | null)[] {
  return values.map((value) => (typeof value === 'number' && !isMissing(value) ? value : null))
}

/** The rows where both are there. */
export function presentPairs(values: readonly (number | null)[], others: readonly number[]): { values: number[]; others: number[] } {
  const pairs = { values: [] as number[], others: [] as number[] }
  values.forEach((value, row) => {
    if (value === null) return
    pairs.values.push(value)
    pairs.others.push(others[row] as number)
  })
  return pairs
}

/** Digits that a picture can show, so that an answer stays small. */
export function rounded(value: number, digits = 5): number {
  return Number(value.toPrecision(digits))
}
