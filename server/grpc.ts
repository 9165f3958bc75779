// The port on which the Open Inference Protocol is answered over gRPC; closed where FLIGHTDECK_GRPC_PORT is not set.
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { inferenceService } from '@/lib/protocols/open-inference/grpc/proto'
import { inference } from '@/lib/protocols/open-inference/grpc/service'
import { MOST_LIST_BYTES } from '@/lib/serving/json-body'

/** As much of a server as draining needs. */
export interface GrpcPort {
  port: number
  /** No new calls; `done` when those under way are answered. */
  close(done: () => void): void
  /** The runtime closes idle connections itself when it shuts down. */
  closeIdleConnections(): void
}

/** A call that still runs then is cut, so that there is time left to write the log. */
const CUT_AFTER_MS = 7000

const OPTIONS = {
  'grpc.max_receive_message_length': MOST_LIST_BYTES,
  'grpc.max_concurrent_streams': 256,
}

export async function openGrpcPort(): Promise<GrpcPort | null> {
  const { host, grpcPort } = environment()
  return grpcPort === undefined ? null : openGrpc(host, grpcPort)
}

export async function openGrpc(host: string, wanted: number): Promise<GrpcPort> {
  // It writes lines of its own form to standard error; what matters of them is told here.
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server(OPTIONS)
  server.addService(inferenceService(), inference)
  const address = host.includes(':') ? `[${host}]:${wanted}` : `${host}:${wanted}`
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (cause, bound) => (cause ? reject(unavailable(address, cause)) : resolve(bound)))
  })
  return {
    port,
    close(done) {
      setTimeout(() => server.forceShutdown(), CUT_AFTER_MS).unref()
      server.tryShutdown(() => done())
    },
    closeIdleConnections() {},
  }
}

function unavailable(address: string, cause: Error): ProblemError {
  return new ProblemError('unavailable', `Cannot listen for gRPC on ${address}. Set FLIGHTDECK_GRPC_PORT to a free port, or stop the program that has it.`, { code: 'port_unavailable', cause })
}
