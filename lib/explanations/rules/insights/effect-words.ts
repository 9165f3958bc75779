// Contributions in words: what they do to the odds, the probability or the value.
import type { Scale } from '../../contract'
import { numberInWords } from '../value-words'
import type { Tendency } from './contract'

export interface EffectScale {
  scale: Scale
  unit: string | null
  /** Of several classes the margin is a raw score, no log-odds. */
  isOfChosenClass: boolean
}

/** From a factor of 2 on, "multiplies by 2.4" reads better than "raises by 140 %". */
const MULTIPLIES_FROM = 2

/** `raises the odds by 42 %`, `lowers the score by 3.1 percentage points`. */
export function effectInWords(effect: EffectScale, value: number): string {
  const verb = value >= 0 ? 'raises' : 'lowers'
  if (effect.scale !== 'margin' || effect.isOfChosenClass) return `${verb} ${scaleNoun(effect)} by ${amountInWords(effect, value)}`
  const factor = Math.exp(Math.abs(value))
  if (factor < MULTIPLIES_FROM) return `${verb} the odds by ${percent(value >= 0 ? factor - 1 : 1 - 1 / factor)}`
  return `${value >= 0 ? 'multiplies' : 'divides'} the odds by ${factor.toLocaleString('en-US', { maximumSignificantDigits: 2 })}`
}

/** Without direction: `0.35 in log-odds`, `3.1 percentage points`, `4.20 USD`. */
export function amountInWords({ scale, unit, isOfChosenClass }: EffectScale, value: number): string {
  const size = Math.abs(value)
  if (scale === 'value') return numberInWords(Number(size.toPrecision(3)), unit ?? undefined)
  if (scale === 'probability') {
    const points = size * 100
    const text = points.toLocaleString('en-US', { maximumFractionDigits: points >= 9.95 ? 0 : 1 })
    return `${text} percentage ${text === '1' ? 'point' : 'points'}`
  }
  const text = size.toLocaleString('en-US', { maximumSignificantDigits: 2 })
  return isOfChosenClass ? text : `${text} in log-odds`
}

/** What the contributions add up to. */
export function scaleNoun({ scale, isOfChosenClass }: EffectScale): string {
  if (scale === 'value') return 'the answer'
  if (scale === 'probability') return 'the probability'
  return isOfChosenClass ? 'the raw score of the chosen class' : 'the odds'
}

/** Ranks of the values, equal ones sharing the mean of theirs. */
export function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1
    for (let place = start; place < end; place++) ranks[order[place] as number] = (start + end - 1) / 2
    start = end
  }
  return ranks
}

/** Spearman's rank correlation; null where one of the two does not vary. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const middle = (a.length - 1) / 2
  let [both, left, right] = [0, 0, 0]
  for (let index = 0; index < a.length; index++) {
    const [dx, dy] = [(x[index] as number) - middle, (y[index] as number) - middle]
    both += dx * dy
    left += dx * dx
    right += dy * dy
  }
  return left === 0 || right === 0 ? null : both / Math.sqrt(left * right)
}

/** Below, more than a few rows stand against the direction. */
const LEAST_CORRELATION = 0.5

export function tendencyOf(values: readonly number[], contributions: readonly number[]): Tendency | null {
  const correlation = rankCorrelation(values, contributions)
  if (correlation === null) return null
  if (Math.abs(correlation) < LEAST_CORRELATION) return 'mixed'
  return correlation > 0 ? 'raises' : 'lowers'
}

function percent(share: number): string {
  const value = share * 100
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value >= 9.95 ? 0 : 1 })} %`
}
