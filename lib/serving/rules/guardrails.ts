// Limits on what may be answered, and what is answered instead. Compiled once per release; no clock, no database.
import type { GuardrailHit, GuardrailRule } from '../contract'
import type { InputValue } from './validation'

export interface GuardedAnswer {
  score: number
  hit: GuardrailHit | null
  /** False where even what was put in place breaks a limit: then there is no answer that may leave. */
  isSafe: boolean
}

export type Guard = (score: number, inputs: readonly InputValue[]) => GuardedAnswer

interface Limits {
  min: number
  max: number
}

interface CompiledRule {
  rule: GuardrailRule
  /** null where the limits cannot be known for this row. */
  limits(inputs: readonly InputValue[]): Limits | null
  /** null where nothing can be put in place for this row. */
  fallback(score: number, inputs: readonly InputValue[], limits: Limits | null): number | null
}

const SAFE = { hit: null, isSafe: true } as const

/**
 * Rules are tried in order, each on what the rule before it left; the last word is a check of all limits.
 * @param fields the names of the inputs, in their order
 */
export function compileGuardrails(rules: readonly GuardrailRule[], fields: readonly string[]): Guard | null {
  if (rules.length === 0) return null
  const compiled = rules.map((rule) => compileRule(rule, fields))
  return (score, inputs) => {
    let answered = score
    let hit: GuardrailHit | null = null
    for (const one of compiled) {
      const limits = one.limits(inputs)
      if (isWithin(answered, limits)) continue
      const replacement = one.fallback(answered, inputs, limits)
      hit ??= { rule: one.rule.limit.rule, sentence: sentenceOf(score, one.rule, limits), answeredBy: fallbackWords(one.rule) }
      if (replacement === null || !Number.isFinite(replacement)) return { score, hit, isSafe: false }
      answered = replacement
    }
    if (hit === null) return { score, ...SAFE }
    return { score: answered, hit, isSafe: compiled.every((one) => isAcceptable(answered, one, inputs)) }
  }
}

function isWithin(score: number, limits: Limits | null): boolean {
  return limits !== null && score >= limits.min && score <= limits.max
}

/** A rule whose limits are unknown for this row has already had its fallback; it cannot be asked again. */
function isAcceptable(score: number, one: CompiledRule, inputs: readonly InputValue[]): boolean {
  const limits = one.limits(inputs)
  return limits === null || isWithin(score, limits)
}

function compileRule(rule: GuardrailRule, fields: readonly string[]): CompiledRule {
  const { limit } = rule
  const limits =
    limit.rule === 'output-range'
      ? always({ min: limit.min ?? -Infinity, max: limit.max ?? Infinity })
      : relativeTo(fields.indexOf(limit.field), limit.min, limit.max)
  return { rule, limits, fallback: compileFallback(rule, fields) }
}

function always(limits: Limits): CompiledRule['limits'] {
  return () => limits
}

function relativeTo(index: number, min: number, max: number): CompiledRule['limits'] {
  return (inputs) => {
    const base = inputs[index]
    if (typeof base !== 'number') return null
    const [a, b] = [base * min, base * max]
    return a <= b ? { min: a, max: b } : { min: b, max: a }
  }
}

function compileFallback({ fallback }: GuardrailRule, fields: readonly string[]): CompiledRule['fallback'] {
  switch (fallback.kind) {
    case 'constant':
      return () => fallback.value
    case 'input-multiple': {
      const index = fields.indexOf(fallback.field)
      return (_, inputs) => {
        const base = inputs[index]
        return typeof base === 'number' ? base * fallback.factor : null
      }
    }
    case 'clamp':
      return (score, _, limits) => (limits === null ? null : Math.min(Math.max(score, limits.min), limits.max))
  }
}

function sentenceOf(score: number, { limit }: GuardrailRule, limits: Limits | null): string {
  const said = `The model answered ${rounded(score)}`
  if (limit.rule === 'output-range') return `${said}; allowed is ${rangeWords(limit.min, limit.max)}.`
  const range = `${rounded(limit.min)} to ${rounded(limit.max)} times ${limit.field}`
  return limits === null ? `${said}; allowed is ${range}, which was not given.` : `${said}; allowed is ${range}.`
}

function rangeWords(min: number | null, max: number | null): string {
  if (min === null) return `at most ${rounded(max ?? Infinity)}`
  return max === null ? `at least ${rounded(min)}` : `${rounded(min)} to ${rounded(max)}`
}

function fallbackWords({ fallback }: GuardrailRule): string {
  switch (fallback.kind) {
    case 'constant':
      return `the fixed value ${rounded(fallback.value)}`
    case 'input-multiple':
      return fallback.factor === 1 ? `the rule ${fallback.field}` : `the rule ${rounded(fallback.factor)} times ${fallback.field}`
    case 'clamp':
      return 'the nearest allowed value'
  }
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)))
}
