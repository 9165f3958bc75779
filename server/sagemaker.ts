// The port that answers as a container of SageMaker: one model, /ping and /invocations, no sign-in. Its calls act as one
// token, which is looked up again like any other: revoking it closes the port's door.
import { createServer, type Server } from 'node:http'
import { authenticate } from '@/lib/access/authenticate'
import { may } from '@/lib/access/rules'
import { environment, EnvironmentError, type SageMakerSettings } from '@/lib/platform/environment'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { sageMaker } from '@/lib/protocols/sagemaker'
import { addressOf } from '@/lib/protocols/shared/address'
import { health } from './health'
import { answerProtocol } from './answer-calls'
import { whoCalls } from './serving-lane'

/** Null where the settings name no such port. Throws EnvironmentError with what is missing or wrong. */
export async function openSageMakerPort(settings: SageMakerSettings | undefined = environment().sagemaker): Promise<Server | null> {
  if (!settings) return null
  const { port, model, token } = settings
  if (model === undefined || token === undefined) {
    throw new EnvironmentError('FLIGHTDECK_SAGEMAKER_PORT needs FLIGHTDECK_SAGEMAKER_MODEL, the model that answers there, and FLIGHTDECK_SAGEMAKER_TOKEN, the token that its calls act as.')
  }
  const authorization = `Bearer ${token}`
  await requirePredict(authorization)
  const protocol = sageMaker(addressOf(encodeURIComponent(model), {}))
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 120_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    if (health.isDraining) response.setHeader('connection', 'close')
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    answerProtocol(protocol, path, request, response, whoCalls, authorization).catch((error: unknown) => {
      logger().error({ err: error, path }, 'a request failed outside its handler')
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await listen(server, port)
  return server
}

async function requirePredict(authorization: string): Promise<void> {
  const principal = await authenticate(authorization, undefined).catch((error: unknown) => {
    if (isProblem(error)) throw new EnvironmentError(`FLIGHTDECK_SAGEMAKER_TOKEN opens nothing: ${error.message}`)
    throw error
  })
  if (!may(principal, 'predict')) throw new EnvironmentError('FLIGHTDECK_SAGEMAKER_TOKEN may not predict: give it a token with the scope predict.')
}

function listen(server: Server, port: number): Promise<void> {
  const { host } = environment()
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new EnvironmentError(`FLIGHTDECK_SAGEMAKER_PORT: cannot listen on ${host}:${port} (${cause.code ?? cause.message}).`))
    })
    server.listen(port, host, resolve)
  })
}
