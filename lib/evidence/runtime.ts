// Under which versions a model is run here: the same ones give the same bits.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'onnxruntime-node'
import type { RuntimeVersions } from './contract/bundle'

let flightdeck: string | undefined

export function runtimeVersions(): RuntimeVersions {
  flightdeck ??= (JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string }).version
  return {
    flightdeck,
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
