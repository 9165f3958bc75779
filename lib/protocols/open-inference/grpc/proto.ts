// The service as the .proto file says it. The file lies beside this one, and beside the bundle (tools/build-server.mjs).
import { fileURLToPath } from 'node:url'
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

const FILE = fileURLToPath(new URL('open_inference.proto', import.meta.url))
const NAME = 'inference.GRPCInferenceService'

/** What a message is read as that is none. */
export const UNREADABLE = Symbol('unreadable message')

const sizes = new WeakMap<object, number>()

/** Of the message as it came, in bytes. */
export function sizeOf(message: object): number {
  return sizes.get(message) ?? 0
}

export function inferenceService(): ServiceDefinition {
  const loaded = loadSync(FILE, { keepCase: true, longs: String, defaults: true, oneofs: true })
  const service = loaded[NAME] as ServiceDefinition
  return Object.fromEntries(Object.entries(service).map(([name, method]) => [name, tolerant(method)]))
}

/** Reads what is no message as UNREADABLE: the runtime would call it an error of the server. */
function tolerant<Request, Response>(method: MethodDefinition<Request, Response>): MethodDefinition<Request, Response> {
  return {
    ...method,
    requestDeserialize(bytes) {
      try {
        const message = method.requestDeserialize(bytes)
        sizes.set(message as object, bytes.length)
        return message
      } catch {
        return UNREADABLE as Request
      }
    },
  }
}
