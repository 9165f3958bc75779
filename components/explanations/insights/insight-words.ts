// Insights in words and figures: shares first, the scale's own numbers and odds one click deeper.
import { formatCount, formatNumber } from '@/components/ui/format'
import type { ValueFormat } from '@/components/charts/value-format'
import type { Basis, Tendency } from '@/lib/explanations/rules/insights/contract'
import type { EffectScale } from '@/lib/explanations/rules/insights/effect-words'
import { formatSpan } from '@/lib/explanations/rules/insights/span-words'

export const SHOWN_AS = ['share', 'contribution', 'odds'] as const
/** Of all movement together; in the unit of the scale; as a factor on the odds. */
export type ShownAs = (typeof SHOWN_AS)[number]

export function basisInWords({ source, rows, logged, isSample, from, to }: Basis, version: number): string {
  if (source === 'reference') return `From ${formatCount(rows)} reference rows of version ${version}`
  const of = isSample ? `${formatCount(rows)} explained predictions of version ${version}, spread over ${formatCount(logged)}` : `${formatCount(rows)} explained predictions of version ${version}`
  return `From ${of}, ${formatSpan({ from, to })}`
}

export const TENDENCY_WORDS: Record<Tendency, string> = {
  raises: 'higher values raise the score',
  lowers: 'higher values lower the score',
  mixed: 'higher values do both',
}

export interface FigureStyle {
  format: ValueFormat
  unit?: string
  label: string
  /** `in log-odds`, behind a sentence about several numbers. */
  inWords: string
  /** Of numbers below each other. */
  decimals?: number
  of: (value: number) => number
}

/** How a size or a contribution on the scale is written. */
export function styleOf(effect: EffectScale): FigureStyle {
  const same = (value: number) => value
  if (effect.scale === 'probability') return { format: 'number', unit: 'points', label: 'Percentage points', inWords: 'in percentage points', decimals: 2, of: (value) => value * 100 }
  if (effect.scale === 'value') return { format: 'number', ...(effect.unit === null ? {} : { unit: effect.unit }), label: 'Contribution', inWords: `in ${effect.unit ?? 'the unit of the answer'}`, of: same }
  const label = effect.isOfChosenClass ? 'Raw score' : 'Log-odds'
  return { format: 'number', label, inWords: `in ${effect.isOfChosenClass ? 'the raw score of the chosen class' : 'log-odds'}`, decimals: 3, of: same }
}

/** Numbers below each other, signed. */
export function signedIn({ decimals, of }: FigureStyle): (value: number) => string {
  return (value) => formatNumber(of(value), { signed: true, ...(decimals === undefined ? {} : { decimals }) })
}

/** Whether odds can be told: only the margin of two classes is log-odds. */
export function hasOdds({ scale, isOfChosenClass }: EffectScale): boolean {
  return scale === 'margin' && !isOfChosenClass
}

/** A mean size of log-odds as a factor: 0.35 → 1.42. */
export function oddsFactor(size: number): number {
  return Math.exp(size)
}
