// The request a piece of work belongs to, so that logs and audit events name it without passing it by hand.
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from './once'

declare module '@/lib/platform/once' {
  interface Once {
    requests: AsyncLocalStorage<string>
  }
}

const requests = () => once('requests', () => new AsyncLocalStorage<string>())

export function withRequestId<T>(requestId: string, work: () => T): T {
  return requests().run(requestId, work)
}

export function currentRequestId(): string | null {
  return requests().getStore() ?? null
}
