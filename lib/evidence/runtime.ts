// Under which versions a model is run here: the same ones give the same bits.
import { env } from 'onnxruntime-node'
import { programVersion } from '@/lib/platform/program'
import type { RuntimeVersions } from './contract/bundle'

export function runtimeVersions(): RuntimeVersions {
  return {
    flightdeck: programVersion(),
    node: process.versions.node,
    onnxruntime: env.versions.node ?? env.versions.common,
    platform: process.platform,
    arch: process.arch,
  }
}

/** Whether the same bits are to be expected: the same runtime on the same kind of processor. */
export function isSameRuntime(a: RuntimeVersions, b: RuntimeVersions): boolean {
  return a.onnxruntime === b.onnxruntime && a.node === b.node && a.flightdeck === b.flightdeck && a.platform === b.platform && a.arch === b.arch
}
