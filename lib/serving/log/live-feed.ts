// Word of what was just logged or refused, for whoever watches a model at this moment. Nothing is kept, and without a
// listener a commit costs one look whether there is any.
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import type { PredictionRecord } from './packed-rows'

declare module '@/lib/platform/once' {
  interface Once {
    liveFeed: LiveFeed
  }
}

export function liveFeed(): LiveFeed {
  return once('liveFeed', () => new LiveFeed())
}

export interface LiveListener {
  /** The rows of one call, which are on disk. */
  answered(rows: readonly PredictionRecord[]): void
  refused(code: string): void
}

/** Of a call in the log. */
interface LoggedCall {
  rows: readonly { record: PredictionRecord }[]
}

export class LiveFeed {
  /** By model, a line break and environment. */
  private readonly listeners = new Map<string, Set<LiveListener>>()

  /** Listens to calls of a model in an environment until the function it returns is called. */
  listen(modelId: string, environment: string, listener: LiveListener): () => void {
    const key = keyOf(modelId, environment)
    const present = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, present.add(listener))
    return () => {
      present.delete(listener)
      if (present.size === 0 && this.listeners.get(key) === present) this.listeners.delete(key)
    }
  }

  /** Calls whose rows were just committed. */
  committed(calls: readonly LoggedCall[]): void {
    if (this.listeners.size === 0) return
    for (const { rows } of calls) {
      const [first] = rows
      if (!first) continue
      const { modelId, environment, channel = 'online' } = first.record
      const heard = channel === 'online' ? this.listeners.get(keyOf(modelId, environment)) : undefined
      if (!heard) continue
      const records = rows.map((row) => row.record)
      for (const listener of heard) tell(() => listener.answered(records))
    }
  }

  refused(modelId: string, environment: string, code: string): void {
    if (this.listeners.size === 0) return
    for (const listener of this.listeners.get(keyOf(modelId, environment)) ?? []) tell(() => listener.refused(code))
  }
}

/** Whoever watches never stands in the way of who answers. */
function tell(listen: () => void): void {
  try {
    listen()
  } catch (error) {
    logger().error({ err: error }, 'a live listener failed')
  }
}

function keyOf(modelId: string, environment: string): string {
  return `${modelId}\n${environment}`
}
