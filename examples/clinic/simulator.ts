// A simulated clinic: bookings as its software would send them, and what became of each. No real patient is in here.
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { type Period, compactDate, startOfDay, weekdayOf, weeks } from '../calendar'
import { type Random, clamp, logNormal, pickWeighted, sigmoid, stream } from '../stream'
import {
  type Insurance,
  type Location,
  type Neighbourhood,
  type Patient,
  patientNumber,
  patientOf,
  poolSize,
} from './population'

export const SEED = 20_260_824

/** Both models learn from 13 weeks of bookings; the rows held out are the weeks after. */
export const CALENDAR: Readonly<Record<'trainV1' | 'heldOutV1' | 'trainV2' | 'heldOutV2', Period>> = {
  trainV1: weeks(-17, -4),
  heldOutV1: weeks(-4, -2),
  trainV2: weeks(-5, 8),
  heldOutV2: weeks(8, 9),
}
export const RIVERSIDE_OPENS = weeks(3, 4).from

export type VisitType = 'check-up' | 'consultation' | 'follow-up' | 'vaccination' | 'procedure'

/** The inputs of `no-show-risk`, by their names in the ONNX file. */
export type BookingFields = {
  age: number
  waiting_days: number
  hour: number
  earlier_visits: number
  earlier_no_shows: number
  distance_km: number
  weekday: string
  visit_type: VisitType
  location: Location
  sms_reminder: 'yes' | 'no'
  insurance: Insurance
}

export interface Booking {
  id: string
  /** Patient number: the business's own key, never a name. */
  subject: string
  /** When it was booked, which is when the model is asked. */
  at: number
  appointmentAt: number
  fields: BookingFields
  /** Known to the simulator only: the log-odds of staying away, and the draw that decides. */
  truth: { logOdds: number; draw: number }
}

export interface ClinicOptions {
  seed?: number
  /** Bookings on an average weekday at the two established locations. */
  perDay?: number
  /** First day on which Riverside takes bookings; null: it never opens. */
  riversideOpensAt?: number | null
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
/** Share of an average weekday; on Sundays only the web page takes bookings. */
const VOLUME_BY_WEEKDAY = [0.06, 1.18, 1.05, 0.95, 1, 0.82, 0.3]
/** Riverside's bookings as a share of the established ones, once it is known in the neighbourhood. */
const RIVERSIDE_SHARE = 0.5
const RIVERSIDE_RAMP_DAYS = 10
const VISIT_MINUTES = 20
const LONGEST_WAIT_DAYS = 45
/** A call brings back about half of those who would have stayed away. On the log-odds scale. */
const CALL_EFFECT = -1.1

const VISIT_TYPES: Record<VisitType, { share: number; waitFactor: number; logOdds: number; fee: number }> = {
  'check-up': { share: 0.3, waitFactor: 1.5, logOdds: 0.3, fee: 60 },
  consultation: { share: 0.3, waitFactor: 1, logOdds: 0, fee: 80 },
  'follow-up': { share: 0.25, waitFactor: 1.2, logOdds: -0.25, fee: 45 },
  vaccination: { share: 0.1, waitFactor: 0.6, logOdds: -0.15, fee: 30 },
  procedure: { share: 0.05, waitFactor: 1.8, logOdds: -0.7, fee: 180 },
}
const VISIT_SHARES = Object.fromEntries(
  Object.entries(VISIT_TYPES).map(([type, { share }]) => [type, share]),
) as Record<VisitType, number>

/** All bookings made on the day that begins at `day`, in order of time. The same day and options give the same. */
export function bookings(day: number, options: ClinicOptions = {}): Booking[] {
  const { seed = SEED, perDay = 120, riversideOpensAt = RIVERSIDE_OPENS } = options
  const start = startOfDay(day)
  const made = bookingsOf('established', start, seed, perDay)
  if (riversideOpensAt !== null && start >= startOfDay(riversideOpensAt)) {
    const openDays = (start - startOfDay(riversideOpensAt)) / DAY_MS
    const ramp = Math.min(1, 0.4 + (0.6 * openDays) / RIVERSIDE_RAMP_DAYS)
    made.push(...bookingsOf('riverside', start, seed, perDay * RIVERSIDE_SHARE * ramp))
  }
  return made.sort((a, b) => a.at - b.at)
}

export interface BookingOutcome {
  isNoShow: boolean
  /** When the clinic knows: at the end of the appointment. */
  knownAt: number
  slotFilled: 0 | 1
  revenue: number
}

/** What became of a booking; a patient who is called beforehand comes more often. */
export function outcomeOf(booking: Booking, isCalled = false): BookingOutcome {
  const isNoShow = booking.truth.draw < sigmoid(booking.truth.logOdds + (isCalled ? CALL_EFFECT : 0))
  return {
    isNoShow,
    knownAt: booking.appointmentAt + VISIT_MINUTES * 60_000,
    slotFilled: isNoShow ? 0 : 1,
    revenue: isNoShow ? 0 : VISIT_TYPES[booking.fields.visit_type].fee,
  }
}

const STREAMS: Record<Neighbourhood, number> = { established: 2, riverside: 3 }

function bookingsOf(neighbourhood: Neighbourhood, start: number, seed: number, perDay: number): Booking[] {
  const random = stream(seed, STREAMS[neighbourhood], start / DAY_MS)
  const volume = perDay * (VOLUME_BY_WEEKDAY[weekdayOf(start)] ?? 0) * (1 + 0.07 * random.normal())
  const count = Math.max(0, Math.round(volume))
  const prefix = `${compactDate(start)}-${neighbourhood === 'riverside' ? 'R' : 'M'}`
  return Array.from({ length: count }, () => bookingTime(random, start))
    .sort((a, b) => a - b)
    .map((at, index) => {
      const number = patientNumber(neighbourhood, random.integer(poolSize(neighbourhood)))
      return bookingOf(random, patientOf(seed, number), at, `${prefix}${String(index + 1).padStart(3, '0')}`)
    })
}

/** Most people call while the desk is open, 7:30 to 18:00 and 8:00 to 12:00 on Saturdays; some book on the web page. */
function bookingTime(random: Random, start: number): number {
  const weekday = weekdayOf(start)
  const isOnline = weekday === 0 || random.uniform() < 0.08
  const [open, close] = isOnline ? [7, 23] : weekday === 6 ? [8, 12] : [7.5, 18]
  // The mean of two draws leans to the middle of the day.
  const share = isOnline ? random.uniform() : (random.uniform() + random.uniform()) / 2
  return start + Math.floor((open + (close - open) * share) * HOUR_MS)
}

function bookingOf(random: Random, patient: Patient, at: number, id: string): Booking {
  const visitType = pickWeighted(random, VISIT_SHARES)
  const median = 8 * VISIT_TYPES[visitType].waitFactor * (patient.location === 'Riverside' ? 2.4 : 1)
  const wished = clamp(Math.round(logNormal(random, median, 0.65)), 1, LONGEST_WAIT_DAYS)
  const appointmentDay = openDay(startOfDay(at) + wished * DAY_MS)
  const hour = weekdayOf(appointmentDay) === 6 ? 8 + random.integer(4) : 8 + random.integer(10)
  const fields: BookingFields = {
    age: patient.age,
    waiting_days: (appointmentDay - startOfDay(at)) / DAY_MS,
    hour,
    earlier_visits: patient.earlierVisits,
    earlier_no_shows: patient.earlierNoShows,
    distance_km: patient.distanceKm,
    weekday: WEEKDAYS[weekdayOf(appointmentDay)] ?? '',
    visit_type: visitType,
    location: patient.location,
    sms_reminder: patient.acceptsMessages ? 'yes' : 'no',
    insurance: patient.insurance,
  }
  return {
    id: `B-${id}`,
    subject: `P-${patient.number}`,
    at,
    appointmentAt: appointmentDay + hour * HOUR_MS,
    fields,
    truth: { logOdds: noShowLogOdds(fields) + patient.forgetfulness, draw: random.uniform() },
  }
}

function openDay(day: number): number {
  return weekdayOf(day) === 0 ? day + DAY_MS : day
}

/** The truth behind the outcomes: a logistic model with interactions of waiting with reminders and with Riverside. */
function noShowLogOdds(fields: BookingFields): number {
  const waitedLong = Math.max(0, fields.waiting_days - 14)
  const isUnreminded = fields.sms_reminder === 'no'
  return (
    -3.2 +
    0.65 * Math.log1p(fields.waiting_days) -
    0.02 * (fields.age - 50) +
    0.03 * (fields.distance_km - 4) +
    (isUnreminded ? 0.5 + 0.03 * waitedLong : 0) +
    (fields.weekday === 'Monday' ? 0.25 : fields.weekday === 'Friday' ? 0.15 : 0) +
    (fields.hour === 8 ? 0.35 : 0) +
    (fields.insurance === 'self-pay' ? 0.3 : fields.insurance === 'private' ? -0.2 : 0) +
    VISIT_TYPES[fields.visit_type].logOdds +
    (fields.location === 'Riverside' ? 0.2 + 0.03 * waitedLong : 0)
  )
}
