// What must exist once in the process although Next bundles a second copy of most modules.
// Everything that holds state hangs here, under a typed name; domains add theirs by declaration merging:
//   declare module '@/lib/platform/once' { interface Once { routing: RoutingTable } }
import type { Clock } from './clock'
import type { Logger } from 'pino'

export interface Once {
  clock: Clock
  logger: Logger
}

const holder = globalThis as typeof globalThis & { __flightdeck?: Partial<Once> }

/** The one value under this name, made on first use. Make a promise where making it is asynchronous. */
export function once<K extends keyof Once>(name: K, make: () => Once[K]): Once[K] {
  const values = (holder.__flightdeck ??= {})
  const present = values[name]
  if (present !== undefined) return present
  const made = make()
  values[name] = made
  return made
}

/** Replaces (or with undefined removes) a value: for start-up, the simulated clock of the seed, and tests. */
export function setOnce<K extends keyof Once>(name: K, value: Once[K] | undefined): void {
  const values = (holder.__flightdeck ??= {})
  if (value === undefined) delete values[name]
  else values[name] = value
}

export function peekOnce<K extends keyof Once>(name: K): Once[K] | undefined {
  return holder.__flightdeck?.[name]
}
