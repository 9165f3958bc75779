// When a delivery is tried again, and when it is given up.
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3_600_000

/** 30 s, 1 min, 2 min … up to an hour: the last attempt comes about two hours after the first. */
export const MOST_ATTEMPTS = 9

/** How long after this many attempts the next one comes; null when there is none. */
export function waitAfter(attempts: number): number | null {
  if (attempts >= MOST_ATTEMPTS) return null
  return leaseFor(attempts)
}

/** While an attempt runs, the delivery is lent out for as long: a program that dies in between loses nothing. */
export function leaseFor(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1))
}
