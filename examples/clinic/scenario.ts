// The clinic's story: v1 serves; Riverside opens and the data drifts; v2, retrained, waits in staging for its promotion.
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { startOfDay } from '../calendar'
import type { Call, Scenario, ScenarioOptions, Step } from '../seed/story'
import { setUpTime, storyTime, workdayBefore, type ReplayWindow } from '../seed/window'
import { type Booking, bookings, outcomeOf } from './simulator'

/** The practice software sends what became of the day's appointments in the evening. */
const EVENING_HOUR = 21
const NIGHT_HOUR = 2
/** Bookings of so many days make the list. */
const LIST_DAYS = 5

export function clinicScenario(window: ReplayWindow, { perDay = 60 }: ScenarioOptions = {}): Scenario {
  return {
    business: 'clinic',
    model: 'no-show-risk',
    name: 'No-show risk',
    description: 'Which patients will not come? Asked on each booking; from 35 % on the desk calls to remind. Simulated data.',
    owner: 'Front desk, Linden Clinic',
    tags: ['clinic', 'simulated data'],
    hasSimulatedDates: true,
    application: 'Clinic booking desk',
    steps: stepsOf(window),
    callsOn: (day) => bookings(day - window.shift, { perDay }).map((booking) => callOf(booking, window.shift)),
  }
}

function stepsOf(window: ReplayWindow): Step[] {
  const night = lastNight(window)
  return [
    { at: setUpTime(window, 3, 9.2), kind: 'register', file: 'v1' },
    { at: setUpTime(window, 3, 9.4), kind: 'reasons' },
    {
      at: setUpTime(window, 3, 9.6),
      kind: 'request',
      version: 1,
      environment: 'production',
      reason: 'First version: on two held-out weeks it ranks bookings with an AUC of 0.70. The desk calls from 35 % on.',
    },
    {
      at: setUpTime(window, 3, 14.1),
      kind: 'approve',
      version: 1,
      comment: 'A call to remind harms nobody. Watch age and waiting time: the model has seen two locations only.',
    },
    // A moderate change (0.1) already matters in what the approver asked to watch.
    { at: setUpTime(window, 3, 14.6), kind: 'monitors', changes: { drift: { fields: ['age', 'waiting_days'], limit: 0.1 } } },
    {
      at: storyTime(window, 29, 8.6),
      kind: 'acknowledge',
      incident: 'drift',
      note: 'Riverside opened last week in a younger neighbourhood. We collect outcomes there and retrain when there are enough.',
    },
    {
      at: workdayBefore(window, 7, 16.4),
      kind: 'resolve',
      incident: 'drift',
      note: 'Known since Riverside opened, and the retraining has begun. If it still stands tomorrow it opens again by itself.',
    },
    { at: workdayBefore(window, 2, 9.3), kind: 'register', file: 'v2' },
    {
      at: workdayBefore(window, 2, 9.7),
      kind: 'request',
      version: 2,
      environment: 'staging',
      reason: 'Retrained with five weeks of Riverside: AUC 0.77 on a later week where version 1 has 0.74. Try it before asking for production.',
    },
    {
      at: night - 10 * HOUR_MS,
      kind: 'plan-batch',
      name: 'Tomorrow’s appointments',
      pattern: `0 ${NIGHT_HOUR} * * *`,
      file: 'appointments.csv',
      rows: appointments(startOfDay(night) - window.shift),
      subject: 'patient',
    },
    { at: night, kind: 'batch' },
  ]
}

/** The last one that lies in the story. */
function lastNight({ until }: ReplayWindow): number {
  const night = startOfDay(until) + NIGHT_HOUR * HOUR_MS
  return night <= until ? night : night - DAY_MS
}

/** The desk's list for the night's job. One patient's age was left out, and one was written as a date. */
function appointments(day: number): Record<string, string | number>[] {
  const rows = Array.from({ length: LIST_DAYS }, (_, ahead) => bookings(day - ahead * DAY_MS)).flat().map(({ subject, fields }): Record<string, string | number> => ({ patient: subject, ...fields }))
  const spoilt: Record<number, string> = { 11: '', 47: '1968-02-11' }
  return rows.map((row, index) => (spoilt[index] === undefined ? row : { ...row, age: spoilt[index] }))
}

/** Nobody is called in the simulation: a call changes who comes, and accuracy would no longer measure the model. */
function callOf(booking: Booking, shift: number): Call {
  return {
    at: booking.at + shift,
    subject: booking.subject,
    inputs: booking.fields,
    reports() {
      const { isNoShow, knownAt, slotFilled } = outcomeOf(booking)
      const occurredAt = knownAt + shift
      const when = { occurredAt, sentAt: nextEvening(occurredAt), by: 'prediction' as const }
      return [
        { ...when, kind: 'outcome', outcome: isNoShow ? 1 : 0 },
        { ...when, kind: 'kpi', name: 'slot_filled', value: slotFilled },
      ]
    },
  }
}

function nextEvening(at: number): number {
  const evening = startOfDay(at) + EVENING_HOUR * HOUR_MS
  return evening >= at ? evening : evening + DAY_MS
}
