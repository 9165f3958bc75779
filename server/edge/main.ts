// A server that answers for one model from the files of its bundle, without database and network. Every file is checked
// against its hash before any of it is used; ONNX Runtime's own are packed in the bundle and unpacked beside the spool.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment, EnvironmentError } from '@/lib/platform/environment'
import { BundleError, readBundle } from './bundle'
import { unpackRuntime } from './unpack'

declare global {
  /** Where the build has ONNX Runtime's binding loaded from (tools/build-edge.mjs). */
  var flightdeckRuntime: string | undefined
}

try {
  const serverFolder = dirname(fileURLToPath(import.meta.url))
  const { dataDirectory } = environment()
  const bundle = await readBundle(join(serverFolder, '..'))
  globalThis.flightdeckRuntime = await unpackRuntime(bundle, join(dataDirectory, 'runtime'))
  // Checked and unpacked: no need to keep them in memory.
  const files = new Map([...bundle.files].filter(([name]) => !name.startsWith('server/')))
  // Its package.json says the version.
  process.chdir(serverFolder)
  const { serveBundle } = await import('./serve')
  await serveBundle({ ...bundle, files })
} catch (error) {
  console.error(error instanceof BundleError || error instanceof EnvironmentError ? error.message : `The bundle could not be served: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
