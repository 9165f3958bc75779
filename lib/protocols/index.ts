// Every wire format that is answered beside our own.
import type { Protocol } from './contract'
import { openInference } from './open-inference/rest/protocol'

export const protocols: readonly Protocol[] = [openInference]
