// Writes of the registry.
export { changeModel } from './change-model'
export { inspectArtifact } from './read-artifact'
export { registerVersion, type Registration } from './register-version'
export { setImportance } from './set-importance'
