// Limits as they are typed: an empty field is no limit.
import { callLimitsSchema, type CallLimits } from '@/lib/serving/contract'

export type LimitName = keyof CallLimits
export type LimitDraft = Record<LimitName, string>

export const LIMIT_NAMES = ['rowsASecond', 'burstRows', 'rowsAMonth', 'callsAtOnce', 'rowsACall', 'bodyBytes', 'deadlineMs'] as const satisfies readonly LimitName[]

export function draftOf(limits: CallLimits): LimitDraft {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, limits[name] === null ? '' : String(limits[name])])) as LimitDraft
}

/** The limits, or what is wrong by field. */
export function limitsOf(draft: LimitDraft): { limits: CallLimits } | { errors: Partial<Record<LimitName, string>> } {
  const errors: Partial<Record<LimitName, string>> = {}
  const values: Partial<Record<LimitName, number | null>> = {}
  for (const name of LIMIT_NAMES) {
    const text = draft[name].trim()
    const value = text === '' ? null : Number(text)
    const parsed = callLimitsSchema.shape[name].safeParse(value)
    if (!parsed.success) errors[name] = name === 'rowsASecond' ? 'Enter a number above 0, or nothing.' : `Enter a whole number above 0${mostOf(name)}, or nothing.`
    values[name] = value
  }
  if (values.burstRows != null && values.rowsASecond == null) errors.burstRows = 'Rows at once go with a rate: say the rows a second too.'
  return Object.keys(errors).length > 0 ? { errors } : { limits: callLimitsSchema.parse(values) }
}

function mostOf(name: LimitName): string {
  const most = { rowsACall: '1,000', bodyBytes: '10,485,760', deadlineMs: '120,000', callsAtOnce: '100,000', burstRows: '10,000,000', rowsASecond: '1,000,000', rowsAMonth: null }[name]
  return most === null ? '' : ` and up to ${most}`
}
