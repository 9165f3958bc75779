// Versions that a server somewhere else answers for.
export { completeAnswer, completeInputs, type Answering } from './complete'
export { openRemote, readEndpoint, remoteState } from './connections'
export { RemoteConnection, type RemoteState } from './connection'
export { endpointSchema, type CompleteEndpoint, type Endpoint, type EndpointInput, type RemoteField } from './endpoint'
export { explainedRows, mostBackgroundRows } from './explaining'
export { remoteSignature } from './remote-signature'
export { serverMetadata } from './server-metadata'
export { explained, tryRemote } from './try-remote'
