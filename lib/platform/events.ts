// Word from one room to another in the same process, against the direction of imports: a release switched, so the
// routing table follows. What must not be lost is in the database; an event only says "look now".
import { EventEmitter } from 'node:events'
import { logger } from './logging'
import { once } from './once'

export interface Events {
  /** A release of this model started. */
  'release.started': { modelId: string; environment: string }
  /** Guardrails of this model changed. */
  'guardrails.changed': { modelId: string; environment: string }
  /** Which predictions of this model are explained changed. */
  'explanation-policy.changed': { modelId: string; environment: string }
  /** How this model is served changed: limits, batching, what happens without a log. */
  'serving-settings.changed': { modelId: string; environment: string }
  /** What is known of a version of this model changed: whether it may run, or can be opened. */
  'version-health.changed': { modelId: string }
  /** Something about the installation or a model that people should know of, or that is over. */
  'condition.observed': Condition
  /** The process takes no more calls; what is open for long ends now. */
  'process.draining': Record<string, never>
  /** A batch job waits in the queue, or its results for their delivery. */
  'batch.waiting': Record<string, never>
  /** Deliveries wait in the outbox. */
  'deliveries.waiting': Record<string, never>
}

/** Opens an incident, or closes it. */
export interface Condition {
  /** Names the thing for ever. */
  fingerprint: string
  kind: 'serving' | 'log'
  modelId: string | null
  environment: string | null
  isFired: boolean
  severity: 'attention' | 'problem'
  title: string
  sentence: string
}

declare module '@/lib/platform/once' {
  interface Once {
    events: EventEmitter
  }
}

const emitter = () => once('events', () => new EventEmitter())

/** Waits for every listener, so that a caller may rely on what follows from the event. */
export async function publish<K extends keyof Events>(name: K, event: Events[K]): Promise<void> {
  const listeners = emitter().listeners(name) as ((event: Events[K]) => unknown)[]
  const results = await Promise.allSettled(listeners.map((listener) => listener(event)))
  for (const result of results) {
    if (result.status === 'rejected') logger().error({ err: result.reason as unknown, event: name }, 'a listener failed')
  }
}

export function subscribe<K extends keyof Events>(name: K, listener: (event: Events[K]) => unknown): () => void {
  emitter().on(name, listener)
  return () => emitter().off(name, listener)
}
