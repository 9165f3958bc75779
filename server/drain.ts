// The end of the process: takes no more calls, answers those under way, writes what is left to write.
import { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { stopScheduler } from '@/lib/automation/jobs'
import { closeDatabase } from '@/lib/database'
import { isolation } from '@/lib/inference/isolation'
import { publish } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { peekOnce } from '@/lib/platform/once'
import type { GrpcPort } from './grpc'
import { health } from './health'

const DRAIN_MS = 10_000
/** What is still open then, such as a body that comes a byte a second, is cut, so that there is time left to write. */
const CUT_AFTER_MS = 7000
const SWEEP_EVERY_MS = 100

export type Port = HttpServer | GrpcPort

export interface Drained {
  ports: readonly Port[]
  lane(): Promise<void>
}

/**
 * @param idleMs how long connections without a call stay open: a call may be on its way on them, and is answered with
 *   word that the connection ends
 */
export async function drain({ ports, lane }: Drained, why: string, idleMs: number): Promise<void> {
  if (health.isDraining) return
  health.isDraining = true
  logger().info({ why }, 'draining')
  setTimeout(() => {
    logger().error('not drained in time')
    process.exit(1)
  }, DRAIN_MS).unref()
  void publish('process.draining', {})
  await closed(ports, idleMs)
  await stopScheduler()
  await lane()
  peekOnce('versionWatch')?.close()
  isolation().close()
  await closeDatabase()
  logger().info('drained')
  process.exit(0)
}

async function closed(ports: readonly Port[], idleMs: number): Promise<void> {
  const all = Promise.all(ports.map((port) => new Promise<void>((resolve) => stopListening(port, resolve))))
  const startedAt = performance.now()
  const sweep = setInterval(() => {
    const passed = performance.now() - startedAt
    if (passed >= idleMs) for (const port of ports) port.closeIdleConnections()
    if (passed >= CUT_AFTER_MS) for (const port of ports) if (port instanceof HttpServer) port.closeAllConnections()
  }, SWEEP_EVERY_MS)
  await all
  clearInterval(sweep)
}

function stopListening(port: Port, done: () => void): void {
  // http's own close ends idle connections at once, also those on which a call is on its way.
  if (port instanceof HttpServer) NetServer.prototype.close.call(port, done)
  else port.close(done)
}
