// ONNX Runtime's libraries are packed in the bundle: they are unpacked once, and held to their hashes at every start.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { PackedFile } from '@/lib/edge/contract'
import { BundleError, fileOf, hashOf, type Bundle } from './bundle'

const BINDING = 'onnxruntime_binding.node'
const decompress = promisify(brotliDecompress)

/** The path of the binding. It finds the library beside itself. */
export async function unpackRuntime(bundle: Bundle, folder: string): Promise<string> {
  const here = `${process.platform}/${process.arch}`
  const { platform, runtime } = bundle.manifest
  if (platform !== here) throw new BundleError(`This bundle is for ${platform}, and this machine is ${here}. Export it with --platform ${here}.`)
  const own = join(folder, bundle.manifest.id)
  await mkdir(own, { recursive: true })
  for (const file of runtime) await unpack(bundle, file, own)
  return join(own, BINDING)
}

async function unpack(bundle: Bundle, { path, name, sha256, bytes }: PackedFile, folder: string): Promise<void> {
  const place = join(folder, name)
  const present = await readFile(place).catch(() => null)
  if (present && hashOf(present) === sha256) return
  const content = await decompress(fileOf(bundle, path), { maxOutputLength: bytes })
  if (hashOf(content) !== sha256) throw new BundleError(`${path} does not hold what bundle.json says. Export the bundle again.`)
  const aside = `${place}.${process.pid}`
  try {
    const file = await open(aside, 'w', 0o555)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, place)
  } catch (cause) {
    await rm(aside, { force: true })
    throw new BundleError(`ONNX Runtime could not be unpacked into ${folder} (${(cause as NodeJS.ErrnoException).code ?? String(cause)}). FLIGHTDECK_DATA_DIR must be a folder that may be written and holds ${Math.ceil(bytes / 1024 / 1024)} MB more.`)
  }
}
