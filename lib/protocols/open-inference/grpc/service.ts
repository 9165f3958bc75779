// The Open Inference Protocol over gRPC: the same answers as over HTTP, in messages.
import type { handleUnaryCall, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js'
import { authenticate, knownPrincipal } from '@/lib/access/authenticate'
import type { Principal } from '@/lib/access/contract'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { problemOf, requestIdFrom } from '@/lib/platform/problems'
import { isReady } from '@/lib/platform/readiness'
import type { Circumstances } from '@/lib/serving/commands'
import { addressOf, ENVIRONMENT_HEADER, type Address } from '../../shared/address'
import { infer } from '../infer'
import { isModelReady, modelMetadata, repositoryIndex, serverMetadata } from '../metadata'
import type { ModelInferRequest, ModelInferResponse, ModelRequest, RepositoryIndexRequest } from './messages'
import { sizeOf, type UNREADABLE } from './proto'
import { readGrpcCall } from './request'
import { writeGrpcAnswer } from './response'
import { metadataOf, serviceError } from './status'

const LONGEST_MS = 120_000

/** What came with a message. */
interface Came {
  principal: Principal | null
  environment: string | undefined
  requestId: string
  circumstances: Circumstances
}

export const inference: UntypedServiceImplementation = {
  ServerLive: unary(() => ({ live: true })),
  ServerReady: unary(() => ({ ready: isReady() })),
  ServerMetadata: unary(() => serverMetadata()),
  ModelReady: unary<ModelRequest>(async ({ name, version }, came) => ({ ready: await isServed(came, addressFrom(name, version, came)) })),
  ModelMetadata: unary<ModelRequest>(({ name, version }, came) => modelMetadata(came.principal, addressFrom(name, version, came), name)),
  ModelInfer: unary<ModelInferRequest>(answerInfer),
  RepositoryIndex: unary<RepositoryIndexRequest>(async ({ ready }, { principal }) => ({ models: await repositoryIndex(principal, ready) })),
}

async function answerInfer(message: ModelInferRequest, came: Came): Promise<ModelInferResponse> {
  const address = addressFrom(message.model_name, message.model_version, came)
  let isRaw = false
  const answer = await infer({
    actor: came.principal,
    address,
    modelName: message.model_name,
    circumstances: came.circumstances,
    requestId: came.requestId,
    read() {
      const call = readGrpcCall(message)
      isRaw = call.isRaw
      return Promise.resolve(call)
    },
  })
  return writeGrpcAnswer(answer, isRaw)
}

/** A model that is not served is not ready; over HTTP the same is a 404. */
async function isServed({ principal }: Came, address: Address): Promise<boolean> {
  try {
    return await isModelReady(principal, address)
  } catch (error) {
    if (isProblem(error) && error.kind !== 'internal') return false
    throw error
  }
}

/** The name is no part of a path here, so it is not decoded. */
function addressFrom(name: string, version: string, { environment }: Came): Address {
  return addressOf(encodeURIComponent(name), { [ENVIRONMENT_HEADER]: environment }, version)
}

function unary<Request extends object>(answer: (message: Request, came: Came) => unknown): handleUnaryCall<Request | typeof UNREADABLE, unknown> {
  return (call, callback) => {
    const circumstances = circumstancesOf(call)
    const requestId = requestIdFrom(textIn(call, 'x-request-id'))
    const respond = async () => {
      try {
        const message = call.request
        if (typeof message === 'symbol') throw new ProblemError('malformed', 'The message cannot be read: it is not of this method’s type.')
        circumstances.bytes = sizeOf(message)
        const principal = await principalOf(textIn(call, 'authorization'))
        const answered = await answer(message, { principal, environment: textIn(call, ENVIRONMENT_HEADER), requestId, circumstances })
        call.sendMetadata(metadataOf(circumstances.headers))
        callback(null, answered)
      } catch (error) {
        callback(serviceError(problemOf(error, requestId).problem, circumstances.headers))
      }
    }
    void respond()
  }
}

/** The caller's deadline is the answer's, too. */
function circumstancesOf(call: ServerUnaryCall<unknown, unknown>): Circumstances {
  const left = Number(call.getDeadline()) - Date.now()
  return { arrived: performance.now(), bytes: 0, timeoutMs: left <= LONGEST_MS ? Math.max(0, left) : null, headers: {} }
}

async function principalOf(authorization: string | undefined): Promise<Principal | null> {
  return authorization === undefined ? null : (knownPrincipal(authorization) ?? (await authenticate(authorization, undefined)))
}

function textIn(call: ServerUnaryCall<unknown, unknown>, name: string): string | undefined {
  return call.metadata.get(name)[0]?.toString()
}
