export { edgeDeployment, inferenceService, type ComputeResources } from './kubernetes'
export { tritonConfig } from './triton'
