// What stands in the form of one guardrail, as text, and the rule it means.
import { guardrailSchema, type GuardrailRule } from '@/lib/serving/contract'

export interface GuardrailDraft {
  key: number
  limit: GuardrailRule['limit']['rule']
  min: string
  max: string
  /** Of a relative limit. */
  field: string
  fallback: GuardrailRule['fallback']['kind']
  value: string
  factor: string
  fallbackField: string
}

export function draftOf(rule: GuardrailRule, key: number, firstField: string): GuardrailDraft {
  const { limit, fallback } = rule
  return {
    key,
    limit: limit.rule,
    min: limit.min === null ? '' : String(limit.min),
    max: limit.max === null ? '' : String(limit.max),
    field: limit.rule === 'output-relative' ? limit.field : firstField,
    fallback: fallback.kind,
    value: fallback.kind === 'constant' ? String(fallback.value) : '',
    factor: fallback.kind === 'input-multiple' ? String(fallback.factor) : '1',
    fallbackField: fallback.kind === 'input-multiple' ? fallback.field : firstField,
  }
}

export function newDraft(key: number, firstField: string): GuardrailDraft {
  return { key, limit: 'output-range', min: '', max: '', field: firstField, fallback: 'clamp', value: '', factor: '1', fallbackField: firstField }
}

/** The rule, or a sentence on what is missing. */
export function ruleOf(draft: GuardrailDraft): GuardrailRule | string {
  const { limit, min, max, field, fallback, value, factor, fallbackField } = draft
  const result = guardrailSchema.safeParse({
    limit:
      limit === 'output-range'
        ? { rule: limit, min: numberOrNull(min), max: numberOrNull(max) }
        : { rule: limit, field, min: numberOrNull(min), max: numberOrNull(max) },
    fallback:
      fallback === 'clamp' ? { kind: fallback }
      : fallback === 'constant' ? { kind: fallback, value: numberOrNull(value) }
      : { kind: fallback, field: fallbackField, factor: numberOrNull(factor) },
  })
  if (result.success) return result.data
  const [issue] = result.error.issues
  return issue?.code === 'custom' ? issue.message : 'Each limit and fallback needs its numbers.'
}

function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}
