// Writes of the registry.
export { assessVersion } from './assess-version'
export { changeModel } from './change-model'
export { inspectArtifact } from './read-artifact'
export { registerRemoteVersion, tryEndpoint, type RemoteRegistration } from './register-remote-version'
export { registerVersion, type Registration } from './register-version'
export { setImportance } from './set-importance'
