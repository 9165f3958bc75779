// Versions that a server somewhere else answers for.
export { openRemote, readEndpoint, remoteState } from './connections'
export type { RemoteState } from './connection'
