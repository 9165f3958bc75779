// The month of the usage page, as it stands in the address: `2026-05`.
import { monthOf } from '@/lib/serving/rules/month'

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/

export interface UsageMonth {
  /** `2026-05` */
  name: string
  from: number
  to: number
  isNow: boolean
  previous: string
  /** Null for the month that runs now. */
  next: string | null
}

/** The month that runs now where the text is none, or one to come. */
export function readMonth(text: string | undefined, at: number): UsageMonth {
  const parts = MONTH.exec(text ?? '')
  const asked = parts ? Date.UTC(Number(parts[1]), Number(parts[2]) - 1, 1) : at
  const { begins, ends } = monthOf(asked > at ? at : asked)
  const isNow = ends > at
  return { name: nameOf(begins), from: begins, to: ends, isNow, previous: nameOf(begins - 1), next: isNow ? null : nameOf(ends) }
}

function nameOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** `2026-05` → May 2026 */
export function monthInWords(name: string): string {
  const [year = '', month = ''] = name.split('-')
  return `${MONTHS[Number(month) - 1] ?? ''} ${year}`
}
