import { daysOf } from '../calendar'
import { type BookingFields, CALENDAR, bookings, outcomeOf } from './simulator'

export type ClinicPeriod = keyof typeof CALENDAR
export type TrainingRow = BookingFields & { target: 0 | 1 }

/** What the clinic's records of a period hold: the inputs of each booking and 1 where the patient did not come. */
export function trainingRows(period: ClinicPeriod): TrainingRow[] {
  return daysOf(CALENDAR[period])
    .flatMap((day) => bookings(day))
    .map((booking) => ({ ...booking.fields, target: outcomeOf(booking).isNoShow ? 1 : 0 }))
}
