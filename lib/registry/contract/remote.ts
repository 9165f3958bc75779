// The words of remote versions beside the document itself, which is lib/inference/remote/endpoint.ts.
import type { RemoteState } from '@/lib/inference/remote/connection'
import type { CompleteEndpoint } from '@/lib/inference/remote/endpoint'
import type { Answer } from '@/lib/onnx/decode'
import type { Signature } from '../contract'

/** What came of trying a server. */
export interface EndpointTrial {
  /** As it would be registered: with what was found out. */
  endpoint: CompleteEndpoint
  signature: Signature
  rows: Record<string, string | number | boolean | null>[]
  answers: Answer[]
  tookMs: number
  /** The rows are none of the reference data. */
  isMadeUp: boolean
}

/** A remote version's document, and what this process knows of its server. */
export interface RemoteEndpointView {
  endpoint: CompleteEndpoint
  /** Null where this process has not called it. */
  state: RemoteState | null
}
