// What callers send now, for the signature gate. Serving is a later room and knows; it puts its reader here at start.
import { peekOnce } from '@/lib/platform/once'
import type { ObservedCalls } from '../rules'

export type ObservedCallsReader = (versionId: string, environment: string) => Promise<ObservedCalls | null>

declare module '@/lib/platform/once' {
  interface Once {
    observedCalls: ObservedCallsReader
  }
}

/** Null where nothing was served, or where no serving lane runs (the command line). */
export async function observedCalls(versionId: string, environment: string): Promise<ObservedCalls | null> {
  return (await peekOnce('observedCalls')?.(versionId, environment)) ?? null
}
