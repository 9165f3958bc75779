// Puts what the bundle holds where serving looks for it, and answers as the serving lane does.
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { BUNDLE_FILES, type BundledReference, type BundledSettings, type BundledToken } from '@/lib/edge/contract'
import { openExactExplainer } from '@/lib/inference/exact-explainer'
import { openModel } from '@/lib/inference/session'
import type { Row } from '@/lib/onnx/encode'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { setOnce } from '@/lib/platform/once'
import { problemOf, requestIdFrom } from '@/lib/platform/problems'
import { protocols } from '@/lib/protocols'
import type { Signature } from '@/lib/registry/contract'
import type { Guardrails } from '@/lib/serving/contract'
import { predictionLog } from '@/lib/serving/log'
import { Route, routing, ServedVersion } from '@/lib/serving/routing'
import { shapeOf } from '@/lib/serving/rules'
import { answerPredict, answerProtocol, PREDICT, type Who } from '../answer-calls'
import { health } from '../health'
import { setSecurityHeaders } from '../security-headers'
import { BundleError, fileOf, jsonOf, type Bundle } from './bundle'
import { edgeExplainer } from './edge-explainer'
import { EdgeGates } from './edge-gates'
import { whoHolds } from './edge-tokens'
import { SPOOL_FOLDER, Spool } from './spool'
import { SpoolLog } from './spool-log'
import { StaticRouting } from './static-routing'

const DRAIN_MS = 10_000
const IDLE_MS = 250
const TRY_EVERY_MS = 2000
const MB = 1024 * 1024

export async function serveBundle(bundle: Bundle): Promise<void> {
  const { host, port, dataDirectory, spoolMegabytes, callerRowsASecond } = environment()
  const log = new SpoolLog(new Spool(join(dataDirectory, SPOOL_FOLDER, bundle.manifest.id), spoolMegabytes * MB))
  setOnce('predictionLog', log)
  setOnce('callGates', new EdgeGates(callerRowsASecond))
  setOnce('routing', new StaticRouting(routeOf(bundle)))
  setOnce('readiness', () => health.obstacle() === null)
  await routing().warmUp()
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 15_000, requestTimeout: 120_000, connectionsCheckingInterval: 2000, maxHeaderSize: 16 * 1024 })
  const who = whoHolds(jsonOf<BundledToken[]>(bundle, BUNDLE_FILES.tokens))
  server.on('request', (request, response) => {
    answer(request, response, who).catch((error: unknown) => {
      logger().error({ err: error }, 'a request failed outside its handler')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await listen(server, host, port)
  health.isStarted = true
  setInterval(() => void log.tryAgain(), TRY_EVERY_MS).unref()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(server))
  const { model, version, environment: where } = bundle.manifest
  console.log(`${model.slug} v${version.number} of ${where} answers at http://${host}:${(server.address() as { port: number }).port}`)
}

function routeOf(bundle: Bundle): Route {
  const { environment: where, explainer, model, release, version: { id, number, artifactHash }, files } = bundle.manifest
  const signature = jsonOf<Signature>(bundle, BUNDLE_FILES.signature)
  const { reference, attributionShape } = jsonOf<BundledReference>(bundle, BUNDLE_FILES.reference)
  const { settings, explanations, reasons } = jsonOf<BundledSettings>(bundle, BUNDLE_FILES.settings)
  const artifact = fileOf(bundle, BUNDLE_FILES.model)
  const background = explainer && jsonOf<Row[]>(bundle, BUNDLE_FILES.background)
  setOnce('explainer', edgeExplainer({ id, signature, reference }, reasons, explainer && background && { artifact, artifactHash, background, backgroundHash: files[BUNDLE_FILES.background]?.sha256 ?? '', ...explainer }))
  const version = new ServedVersion(
    { id, number, modelId: model.id, signature, shape: shapeOf(signature, reference), attributionShape },
    {
      openModel: () => openModel(artifact, signature),
      explainer: explainer?.isQuick && background ? { buildMs: explainer.buildMs, open: () => Promise.resolve(openExactExplainer(artifact, signature, background)) } : null,
    },
  )
  return new Route({ model, environment: where, release, arms: release.arms, versions: new Map([[id, version]]), guardrails: jsonOf<Guardrails>(bundle, BUNDLE_FILES.guardrails), settings, explanations })
}

async function answer(request: IncomingMessage, response: ServerResponse, who: Who): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  if (health.isDraining) response.setHeader('connection', 'close')
  if (request.method === 'POST' && PREDICT.test(path)) return answerPredict(request, response, who)
  const protocol = protocols.find((one) => one.owns(path, request.method ?? 'GET'))
  if (protocol) return answerProtocol(protocol, path, request, response, who)
  setSecurityHeaders(response)
  if (health.answer(request, response)) return
  const { document } = problemOf(new ProblemError('not_found', `There is nothing at ${request.method ?? 'GET'} ${path.slice(0, 100)}.`), requestIdFrom(undefined))
  response.writeHead(document.status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify(document))
}

function listen(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(new BundleError(`Cannot listen on ${host}:${port} (${cause.code ?? cause.message}). Check HOST and PORT.`)))
    server.listen(port, host, resolve)
  })
}

/** Takes no more calls, answers those under way, and leaves the spool whole. */
async function drain(server: HttpServer): Promise<void> {
  if (health.isDraining) return
  health.isDraining = true
  setTimeout(() => process.exit(1), DRAIN_MS).unref()
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_MS)
  await closed
  clearInterval(sweep)
  await predictionLog().drain()
  process.exit(0)
}
