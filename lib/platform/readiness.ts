// Whether this process takes calls now: told by the server that owns the port, asked by protocols with health calls of
// their own.
import { peekOnce } from './once'

declare module '@/lib/platform/once' {
  interface Once {
    readiness: () => boolean
  }
}

/** False while it drains or cannot work. A host that does not say is ready: it answers, after all. */
export function isReady(): boolean {
  return peekOnce('readiness')?.() ?? true
}
