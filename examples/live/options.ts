// What `npm run demo:traffic` may be told, within bounds: it must not become a load generator by a slip.
import { parseArgs } from 'node:util'

export interface TrafficOptions {
  callsASecond: number
  minutes: number
}

export const USAGE = 'usage: npm run demo:traffic -- [--rate CALLS_A_SECOND] [--minutes MINUTES]'
const LIMITS = { rate: { least: 0.1, most: 50, usual: 5 }, minutes: { least: 0.1, most: 240, usual: 30 } }

/** Throws RangeError with a sentence for what is wrong. */
export function readOptions(args: readonly string[]): TrafficOptions {
  const { values } = parseArgs({ args: [...args], options: { rate: { type: 'string' }, minutes: { type: 'string' } } })
  return { callsASecond: bounded('rate', values.rate), minutes: bounded('minutes', values.minutes) }
}

function bounded(name: keyof typeof LIMITS, text: string | undefined): number {
  const { least, most, usual } = LIMITS[name]
  if (text === undefined) return usual
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most)) throw new RangeError(`--${name} takes a number from ${least} to ${most}.`)
  return value
}
