// Start-up and shutdown in order, with one clear sentence for whatever stands in the way.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { api } from '@/lib/api'
import { countPeople } from '@/lib/access/queries'
import { followConditions } from '@/lib/alerts/commands'
import { startScheduler } from '@/lib/automation/jobs'
import { database, usableDataDirectory } from '@/lib/database'
import { ensureSigningKey } from '@/lib/evidence/commands/signing-key'
import { KEYS_PATH } from '@/lib/evidence/contract/bundle'
import { environment, EnvironmentError, exportPublicUrl } from '@/lib/platform/environment'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { setOnce } from '@/lib/platform/once'
import { watchVersions } from '@/lib/serving/routing'
import { openServingLane, type ServingLane } from './serving-lane'
import { ensureDemo } from './demo'
import { watchDisk } from './disk-watch'
import { drain } from './drain'
import { openGrpcPort } from './grpc'
import { health } from './health'
import { openPages, type NodeHandler } from './pages'
import { setSecurityHeaders } from './security-headers'
import { openSageMakerPort } from './sagemaker'
import { followSupervisor, isSupervised, tellReady } from './supervised'

/** Of a connection, until a call's headers are there. */
const HEADERS_MS = 15_000
const REQUEST_MS = 120_000
/** At a signal others may still send calls on connections they hold; where another process took over, for as long as browsers take. */
const IDLE_MS = { signal: 250, takenOver: 3000 }

export async function start(): Promise<void> {
  const startedAt = performance.now()
  try {
    const { host, port, databaseUrl, isSuccessor, endedBy } = environment()
    exportPublicUrl()
    if (databaseUrl === undefined) usableDataDirectory()
    const server = createServer({
      keepAliveTimeout: 65_000,
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16 * 1024,
    })
    // A successor shares the port with the process that answers there: it listens when it can answer.
    if (!isSuccessor) await reserve(server, host, port)
    followConditions()
    await ensureDemo()
    const db = await database()
    await ensureSigningKey()
    await watchVersions(endedBy)
    const [pages, lane] = await Promise.all([openPages(), openServingLane()])
    const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false })
    const sageMakerPort = await openSageMakerPort()
    const grpcPort = await openGrpcPort()
    server.removeAllListeners('request')
    server.on('request', dispatcher({ pages, lane, control: async (request, response) => void (await listener(request, response)) }))
    if (isSuccessor) await listen(server, host, port)
    health.isStarted = true
    setOnce('readiness', () => health.obstacle() === null)
    watchDisk()
    const drained = { ports: [server, sageMakerPort, grpcPort].filter((one) => one !== null), lane: lane.drain }
    process.on('SIGTERM', () => void drain(drained, 'SIGTERM', IDLE_MS.signal))
    process.on('SIGINT', () => void drain(drained, 'SIGINT', IDLE_MS.signal))
    followSupervisor({
      retire: () => void drain(drained, 'another process took over', IDLE_MS.takenOver),
      alone: () => void startScheduler(),
      orphaned: () => void drain(drained, 'the supervisor is gone', IDLE_MS.signal),
    })
    tellReady()
    if (!isSupervised) await startScheduler()
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
  return listen(server, host, port)
}

function listen(server: Server, host: string, port: number): Promise<void> {
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
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const inLane = lane.handlerOf(path, request.method)
    // The lane writes them with the rest of its head.
    if (!inLane) setSecurityHeaders(response)
    if (health.isDraining) response.setHeader('connection', 'close')
    if (health.answer(request, response)) return
    const isControl = (path.startsWith('/api/') && !path.startsWith('/api/auth/')) || path === KEYS_PATH
    const handler = inLane ?? (isControl ? control : pages)
    handler(request, response).catch((error: unknown) => {
      logger().error({ err: error, path }, 'a request failed outside its handler')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  }
}

function announce(startedAt: number, isEmpty: boolean): void {
  const { publicUrl, isDemo } = environment()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`\nFlightdeck is ready at ${publicUrl} (started in ${seconds} s)`)
  if (isEmpty) console.log('Open it to create the administrator.')
  else if (isDemo) console.log('Demo accounts, one per role, are on the sign-in page: one click each. Not for real data.')
}
