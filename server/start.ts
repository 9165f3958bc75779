// Start-up and shutdown in order, with one clear sentence for whatever stands in the way.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { api } from '@/lib/api'
import { countPeople } from '@/lib/access/queries'
import { startScheduler, stopScheduler } from '@/lib/automation/jobs'
import { closeDatabase, database, usableDataDirectory } from '@/lib/database'
import { ensureSigningKey } from '@/lib/evidence/commands/signing-key'
import { KEYS_PATH } from '@/lib/evidence/contract/bundle'
import { environment, EnvironmentError, exportPublicUrl } from '@/lib/platform/environment'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { openServingLane, type ServingLane } from './serving-lane'
import { ensureDemo } from './demo'
import { openGrpcPort, type GrpcPort } from './grpc'
import { health } from './health'
import { openPages, setSecurityHeaders, type NodeHandler } from './pages'
import { openSageMakerPort } from './sagemaker'

const DRAIN_MS = 10_000

export async function start(): Promise<void> {
  const startedAt = performance.now()
  try {
    const { host, port, databaseUrl } = environment()
    exportPublicUrl()
    if (databaseUrl === undefined) usableDataDirectory()
    const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 120_000, maxHeaderSize: 16 * 1024 })
    await reserve(server, host, port)
    await ensureDemo()
    const db = await database()
    await ensureSigningKey()
    const [pages, lane] = await Promise.all([openPages(), openServingLane()])
    const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false })
    const sageMakerPort = await openSageMakerPort()
    const grpcPort = await openGrpcPort()
    server.removeAllListeners('request')
    server.on('request', dispatcher({ pages, lane, control: async (request, response) => void (await listener(request, response)) }))
    health.isReady = true
    await startScheduler()
    drainOnSignal([server, sageMakerPort, grpcPort].filter((one) => one !== null), lane.drain)
    announce(startedAt, (await countPeople(db)) === 0)
  } catch (error) {
    if (!isProblem(error) && !(error instanceof EnvironmentError)) logger().error({ err: error }, 'start failed')
    console.error(isProblem(error) || error instanceof EnvironmentError ? error.message : `Flightdeck could not start: ${(error as Error).message}`)
    process.exit(1)
  }
}

/** Takes the port first, so that a port in use is told before any long work; answers 503 until ready. */
function reserve(server: Server, host: string, port: number): Promise<void> {
  server.on('request', (request, response) => health.answer(request, response) || health.answerStarting(response))
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? `Port ${port} on ${host} is in use. Set PORT to a free one, or stop the program that has it.`
        : cause.code === 'EACCES' ? `Port ${port} may not be opened by this user. Set PORT to one above 1023.`
        : `Cannot listen on ${host}:${port} (${cause.code ?? cause.message}). Check HOST and PORT.`
      reject(new ProblemError('unavailable', why, { code: 'port_unavailable', cause }))
    })
    server.listen(port, host, resolve)
  })
}

interface Lanes {
  pages: NodeHandler
  lane: ServingLane
  control: NodeHandler
}

function dispatcher({ pages, lane, control }: Lanes) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    setSecurityHeaders(response)
    if (health.isDraining) response.setHeader('connection', 'close')
    if (health.answer(request, response)) return
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const isControl = (path.startsWith('/api/') && !path.startsWith('/api/auth/')) || path === KEYS_PATH
    const handler = lane.handlerOf(path, request.method) ?? (isControl ? control : pages)
    handler(request, response).catch((error: unknown) => {
      logger().error({ err: error, path }, 'a request failed outside its handler')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  }
}

function drainOnSignal(servers: readonly (Server | GrpcPort)[], drainLane: () => Promise<void>): void {
  const drain = async (signal: string) => {
    if (health.isDraining) return
    health.isDraining = true
    logger().info({ signal }, 'draining')
    const limit = setTimeout(() => {
      logger().error('not drained in time')
      process.exit(1)
    }, DRAIN_MS)
    limit.unref()
    const closed = Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
    const closeIdle = () => servers.forEach((server) => server.closeIdleConnections())
    closeIdle()
    const sweep = setInterval(closeIdle, 100)
    await closed
    clearInterval(sweep)
    await stopScheduler()
    await drainLane()
    await closeDatabase()
    logger().info('drained')
    process.exit(0)
  }
  process.on('SIGTERM', () => void drain('SIGTERM'))
  process.on('SIGINT', () => void drain('SIGINT'))
}

function announce(startedAt: number, isEmpty: boolean): void {
  const { publicUrl, isDemo } = environment()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`\nFlightdeck is ready at ${publicUrl} (started in ${seconds} s)`)
  if (isEmpty) console.log('Open it to create the administrator.')
  else if (isDemo) console.log('Demo accounts, one per role, are on the sign-in page: one click each. Not for real data.')
}
