// A simulated queue of applications at the credit union: which of the 1,000 real cases of UCI German Credit comes when
// is drawn here, what is in the case and how it ended is as recorded.
import Papa from 'papaparse'
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { compactDate, startOfDay, weekdayOf } from '../calendar'
import { type Random, stream } from '../stream'

export const SEED = 20_260_826

/** Columns of data.csv that are numbers; the other inputs are texts. */
export const NUMERIC_FIELDS = [
  'duration_in_month',
  'credit_amount',
  'installment_rate_in_percentage_of_disposable_income',
  'present_residence_since',
  'age_in_years',
  'number_of_existing_credits_at_this_bank',
  'number_of_people_being_liable_to_provide_maintenance_for',
] as const

/** The 20 inputs of `credit-risk`, by their names in the ONNX file. */
export type ApplicationFields = Readonly<Record<(typeof NUMERIC_FIELDS)[number], number>> &
  Readonly<Record<string, string | number>>

export interface CreditCase {
  /** 0-based row of data.csv, its header not counted. */
  csvRow: number
  fields: ApplicationFields
  isDefault: boolean
  /** Whether the models were trained on it. */
  part: 'train' | 'unseen'
}

export interface Application {
  id: string
  /** Number of the applicant, the business's own key. */
  subject: string
  at: number
  /** Where it was handed in. */
  channel: 'counter' | 'web'
  fields: ApplicationFields
  csvRow: number
  outcome: { isDefault: boolean; knownAt: number }
}

export interface CreditOptions {
  seed?: number
  /** Applications on an average weekday. */
  perDay?: number
}

/** Share of an average weekday; at weekends only the web page takes applications. */
const VOLUME_BY_WEEKDAY = [0.08, 1.15, 1.05, 0.95, 0.95, 0.9, 0.16]
const DAY_STREAM = 1
/** Assumption of the simulation: the first missed instalments show 20 to 40 days after the loan is paid out. */
const OUTCOME_DAYS = { shortest: 20, spread: 21 }
/** Assumptions of the simulation, not in the source: yearly interest margin, and what is lost of a loan that fails. */
const INTEREST_MARGIN = 0.045
const LOSS_GIVEN_DEFAULT = 0.35

/** Reads data.csv. Throws RangeError when a column it needs is not there. */
export function readCases(csv: string): CreditCase[] {
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true })
  return data.map((row, csvRow) => {
    const { default: isBad, part, ...texts } = row
    if (part !== 'train' && part !== 'unseen') throw new RangeError(`Row ${csvRow} belongs to no part.`)
    const numbers = Object.fromEntries(
      NUMERIC_FIELDS.map((name) => {
        const value = Number(texts[name] ?? Number.NaN)
        if (!Number.isFinite(value)) throw new RangeError(`Row ${csvRow} has no number in ${name}.`)
        return [name, value]
      }),
    ) as Record<(typeof NUMERIC_FIELDS)[number], number>
    return { csvRow, fields: { ...texts, ...numbers }, isDefault: isBad === '1', part }
  })
}

/**
 * All applications of the day that begins at `day`, in order of time. Only cases the models have not seen are drawn, so
 * that realised accuracy is honest; over many days a case comes more than once, each time under another number.
 */
export function applications(day: number, cases: readonly CreditCase[], options: CreditOptions = {}): Application[] {
  const { seed = SEED, perDay = 25 } = options
  const unseen = cases.filter(({ part }) => part === 'unseen')
  const start = startOfDay(day)
  const random = stream(seed, DAY_STREAM, start / DAY_MS)
  const volume = perDay * (VOLUME_BY_WEEKDAY[weekdayOf(start)] ?? 0) * (1 + 0.12 * random.normal())
  return Array.from({ length: Math.max(0, Math.round(volume)) }, () => arrival(random, start))
    .sort((a, b) => a.at - b.at)
    .flatMap((arrived, index) => {
      const drawn = unseen[random.integer(unseen.length)]
      return drawn ? [applicationOf(random, drawn, arrived, index)] : []
    })
}

/** Earned (or lost) on one application: nothing when it was not granted. */
export function lendingResult(application: Application, isGranted: boolean): number {
  if (!isGranted) return 0
  const { credit_amount: amount, duration_in_month: months } = application.fields
  const result = application.outcome.isDefault ? -LOSS_GIVEN_DEFAULT * amount : INTEREST_MARGIN * amount * (months / 12)
  return Math.round(result * 100) / 100
}

type Arrival = Pick<Application, 'at' | 'channel'>

function applicationOf(random: Random, drawn: CreditCase, { at, channel }: Arrival, index: number): Application {
  const day = compactDate(at)
  const delayDays = OUTCOME_DAYS.shortest + random.integer(OUTCOME_DAYS.spread)
  return {
    id: `A-${day}-${String(index + 1).padStart(3, '0')}`,
    subject: `C-${day.slice(2)}${String(index + 1).padStart(3, '0')}`,
    at,
    channel,
    fields: drawn.fields,
    csvRow: drawn.csvRow,
    outcome: { isDefault: drawn.isDefault, knownAt: startOfDay(at) + delayDays * DAY_MS + 6 * HOUR_MS },
  }
}

/** The counter is open from 9:00 to 17:00, the web page from 7:00 to 23:00. */
function arrival(random: Random, start: number): Arrival {
  const weekday = weekdayOf(start)
  const isOnline = weekday === 0 || weekday === 6 || random.uniform() < 0.25
  const [open, close] = isOnline ? [7, 23] : [9, 17]
  return { at: start + Math.floor(random.uniform(open, close) * HOUR_MS), channel: isOnline ? 'web' : 'counter' }
}
