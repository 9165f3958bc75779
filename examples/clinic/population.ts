// Who comes to the clinic. A patient is a function of the patient number: the same number is the same person each day.
import { clamp, logNormal, pickWeighted, sigmoid, stream } from '../stream'

export const LOCATIONS = ['Old Town', 'Harbour', 'Riverside'] as const
export type Location = (typeof LOCATIONS)[number]
export type Insurance = 'statutory' | 'private' | 'self-pay'

export interface Patient {
  number: number
  age: number
  location: Location
  distanceKm: number
  insurance: Insurance
  acceptsMessages: boolean
  earlierVisits: number
  earlierNoShows: number
  /** What no column shows: some people forget more often. On the log-odds scale. */
  forgetfulness: number
}

/** Purpose number of the patients' streams; the days use others. */
const PATIENT_STREAM = 1
const FIRST_NUMBER = { established: 100_000, riverside: 200_000 }
const POOL = { established: 7_000, riverside: 3_500 }

export type Neighbourhood = keyof typeof POOL

export function patientNumber(neighbourhood: Neighbourhood, index: number): number {
  return FIRST_NUMBER[neighbourhood] + (index % POOL[neighbourhood])
}

export function poolSize(neighbourhood: Neighbourhood): number {
  return POOL[neighbourhood]
}

export function patientOf(seed: number, number: number): Patient {
  const random = stream(seed, PATIENT_STREAM, number)
  const isRiverside = number >= FIRST_NUMBER.riverside
  const age = isRiverside
    ? Math.round(clamp(31 + 9 * random.normal(), 18, 80))
    : Math.round(clamp(54 + 16 * random.normal(), 18, 96))
  const forgetfulness = 0.7 * random.normal()
  // Patients of a location that has just opened have hardly been anywhere in the house before.
  const earlierVisits = Math.floor(logNormal(random, isRiverside ? 1 : 6, 0.8))
  const missChance = sigmoid(-1.9 + 1.3 * forgetfulness - 0.015 * (age - 50))
  let earlierNoShows = 0
  for (let visit = 0; visit < earlierVisits; visit += 1) earlierNoShows += random.uniform() < missChance ? 1 : 0
  return {
    number,
    age,
    location: isRiverside ? 'Riverside' : random.uniform() < 0.62 ? 'Old Town' : 'Harbour',
    distanceKm: Math.round(10 * clamp(logNormal(random, isRiverside ? 2.4 : 4, 0.6), 0.2, 60)) / 10,
    insurance: pickWeighted(
      random,
      isRiverside
        ? { statutory: 0.84, private: 0.08, 'self-pay': 0.08 }
        : { statutory: 0.72, private: 0.22, 'self-pay': 0.06 },
    ),
    acceptsMessages: random.uniform() < (age < 70 ? 0.85 : 0.5),
    earlierVisits,
    earlierNoShows,
    forgetfulness,
  }
}
