// What an output's parameters ask for, over HTTP and gRPC alike.
import type { Parameters } from './contract'
import { invalidTensors } from './problem'

/** How many of the likeliest classes are given instead of the tensor. */
export function readCount(parameters: Parameters): number {
  const count = ownParameter(parameters, 'classification') ?? 0
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count
  throw invalidTensors('The parameter classification must be a number of classes.')
}

export function refuseSharedMemory(parameters: Parameters, name: string): void {
  if (ownParameter(parameters, 'shared_memory_region') !== undefined) throw invalidTensors(`${name} lies in shared memory, which this server does not use. Send its data.`)
}

export function ownParameter(parameters: Parameters, name: string): unknown {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined
}
