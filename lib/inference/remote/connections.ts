// The connections of this process, one for each document, however often it is opened.
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import { once } from '@/lib/platform/once'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import type { LoadedModel } from '../session'
import { RemoteConnection, type RemoteState } from './connection'
import { endpointSchema, isComplete, type CompleteEndpoint } from './endpoint'
import { Pace } from './pace'
import { remoteModel } from './remote-model'

interface Shared {
  connection: RemoteConnection
  pace: Pace
  holders: number
}

declare module '@/lib/platform/once' {
  interface Once {
    remoteConnections: Map<string, Shared>
  }
}

const connections = () => once('remoteConnections', () => new Map())

/** The document as it was registered. @throws ProblemError `remote_document_invalid` */
export function readEndpoint(artifact: Uint8Array): CompleteEndpoint {
  const endpoint = endpointSchema.safeParse(jsonOf(artifact)).data
  if (endpoint && isComplete(endpoint)) return endpoint
  throw new ProblemError('unavailable', 'The document that describes the server of this version cannot be read.', { code: 'remote_document_invalid' })
}

function jsonOf(artifact: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(artifact).toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/** Nothing is sent before rows are run. @param isPaced for explanations: no more rows a second than the document allows them */
export async function openRemote(artifact: Uint8Array, signature: GraphSignature, { isPaced = false } = {}): Promise<LoadedModel> {
  const endpoint = readEndpoint(artifact)
  const hash = sha256(artifact)
  const shared = connections().get(hash) ?? { connection: new RemoteConnection(endpoint), pace: new Pace(endpoint.explainedRowsASecond), holders: 0 }
  connections().set(hash, shared)
  shared.holders += 1
  const { run } = remoteModel(shared.connection, endpoint, signature)
  const underWay = new Set<Promise<unknown>>()
  let isClosed = false
  return {
    run(rows) {
      const running = isPaced ? shared.pace.take(rows.length).then(() => run(rows)) : run(rows)
      underWay.add(running)
      const done = () => underWay.delete(running)
      running.then(done, done)
      return running
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await Promise.allSettled(underWay)
      shared.holders -= 1
      if (shared.holders > 0) return
      shared.connection.close()
      connections().delete(hash)
    },
  }
}

/** What this process knows of the server; null where it has not called it. @param hash of the document */
export function remoteState(hash: string): RemoteState | null {
  return connections().get(hash)?.connection.state() ?? null
}
