// One table: which codec speaks which protocol.
import type { CompleteEndpoint, RemoteProtocol } from '../endpoint'
import type { Codec } from './codec'
import { openInference } from './open-inference'
import { instances, mlflow, sagemaker } from './predictions'
import { template } from './template'

export type { Codec } from './codec'

const CODECS: Record<RemoteProtocol, (endpoint: CompleteEndpoint) => Codec> = {
  'open-inference': openInference,
  mlflow,
  'kserve-v1': instances,
  'tf-serving': instances,
  sagemaker,
  json: template,
}

export function codecOf(endpoint: CompleteEndpoint): Codec {
  return CODECS[endpoint.protocol](endpoint)
}
