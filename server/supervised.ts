// What the server and its supervisor (tools/supervise.mjs) tell each other, where there is one.
import cluster from 'node:cluster'

export type FromSupervisor =
  /** Another process answers on the port now: end, in order. */
  | { kind: 'retire' }
  /** No other process of this installation is left. */
  | { kind: 'alone' }

export const isSupervised = cluster.isWorker

export function tellReady(): void {
  process.send?.({ kind: 'ready' })
}

export function followSupervisor({ retire, alone, orphaned }: { retire(): void; alone(): void; orphaned(): void }): void {
  if (!cluster.worker) return
  // Otherwise the process would end at once with its supervisor, in the middle of answers.
  cluster.worker.exitedAfterDisconnect = true
  process.on('disconnect', orphaned)
  process.on('message', (message: FromSupervisor) => {
    if (message.kind === 'retire') retire()
    else if (message.kind === 'alone') alone()
  })
}
