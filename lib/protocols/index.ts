// Every wire format that is answered beside our own.
import type { Protocol } from './contract'

export const protocols: readonly Protocol[] = []
