// Guardrails as sentences a person in the business can read.
import { formatNumber } from '@/components/ui/format'
import type { GuardrailRule } from '@/lib/serving/contract'

export interface NamedField {
  name: string
  displayName: string
}

function nameOf(name: string, fields: readonly NamedField[]): string {
  return fields.find((field) => field.name === name)?.displayName ?? name
}

function multiple(factor: number, name: string): string {
  return factor === 1 ? name : `${formatNumber(factor)} × ${name}`
}

/** "The answer must lie between 0.5 × List price and 2 × List price." */
export function limitInWords({ limit }: GuardrailRule, fields: readonly NamedField[], unit?: string): string {
  if (limit.rule === 'output-relative') {
    const name = nameOf(limit.field, fields)
    return `The answer must lie between ${multiple(limit.min, name)} and ${multiple(limit.max, name)}.`
  }
  const { min, max } = limit
  const figure = (value: number) => formatNumber(value, { unit })
  if (min === null) return `The answer must be at most ${figure(max ?? 0)}.`
  return max === null ? `The answer must be at least ${figure(min)}.` : `The answer must lie between ${figure(min)} and ${figure(max)}.`
}

/** "Otherwise List price is answered." */
export function fallbackInWords({ fallback }: GuardrailRule, fields: readonly NamedField[], unit?: string): string {
  switch (fallback.kind) {
    case 'clamp':
      return 'Otherwise the nearest allowed value is answered.'
    case 'constant':
      return `Otherwise ${formatNumber(fallback.value, { unit })} is answered.`
    case 'input-multiple':
      return `Otherwise ${multiple(fallback.factor, nameOf(fallback.field, fields))} is answered.`
  }
}
