// Every wire format that is answered beside our own, on the same port. What each path maps to stands in table.ts.
import type { Protocol } from './contract'
import { kserveV1 } from './kserve-v1'
import { mlflow } from './mlflow'
import { openInference } from './open-inference/rest/protocol'
import { withSeldonNames } from './seldon'
import { torchserve } from './torchserve'

export const protocols: readonly Protocol[] = [withSeldonNames(openInference), mlflow, kserveV1, torchserve]
