// The fast way into predict and into other servers' protocols: straight from the socket to the command, beside the control
// lane's app, which costs each request a third of its time. What is not plain token traffic goes to that app, where the
// same command answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { authenticate, knownPrincipal } from '@/lib/access/authenticate'
import { api } from '@/lib/api'
import { closeExplainer } from '@/lib/explanations/commands'
import { protocols } from '@/lib/protocols'
import { predictionLog } from '@/lib/serving/log'
import { routing } from '@/lib/serving/routing'
import { answerPredict, answerProtocol, PREDICT, type Who } from './answer-calls'
import { setSecurityHeaders } from './security-headers'

export interface ServingLane {
  /** Whoever answers this path in this lane; null where nobody does. */
  handlerOf(path: string, method: string | undefined): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null
  /** Waits for calls under way and writes what is left to write. */
  drain(): Promise<void>
}

/** Without a promise where the token was seen within the last second. */
export const whoCalls: Who = (authorization) => (authorization === undefined ? null : (knownPrincipal(authorization) ?? authenticate(authorization, undefined)))

/** Loads what is released first, so that the first call does not wait for it. */
export async function openServingLane(): Promise<ServingLane> {
  const control = getRequestListener(api.fetch, { overrideGlobalObjects: false })
  await routing().warmUp()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.headers.authorization !== undefined && request.headers['idempotency-key'] === undefined) return answerPredict(request, response, whoCalls)
    setSecurityHeaders(response)
    await control(request, response)
  }
  return {
    handlerOf(path, method = 'GET') {
      if (method === 'POST' && path.endsWith('/predict') && PREDICT.test(path)) {
        return answer
      }
      const protocol = protocols.find((one) => one.owns(path, method))
      return protocol ? (request, response) => answerProtocol(protocol, path, request, response, whoCalls) : null
    },
    drain: async () => {
      await predictionLog().drain()
      await closeExplainer()
    },
  }
}
