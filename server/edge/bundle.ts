// The files of a bundle, read once and held to the hashes of its manifest.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BUNDLE_FILES, type BundleManifest } from '@/lib/edge/contract'

/** With a sentence for whoever starts the server. */
export class BundleError extends Error {}

export interface Bundle {
  folder: string
  manifest: BundleManifest
  /** As they were when they were checked. */
  files: ReadonlyMap<string, Buffer>
}

export async function readBundle(folder: string): Promise<Bundle> {
  const manifest = manifestOf(await readOne(folder, BUNDLE_FILES.manifest))
  const files = new Map<string, Buffer>()
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const content = await readOne(folder, name)
    if (hashOf(content) !== sha256) throw new BundleError(`${name} is not the file that was exported: its SHA-256 is another than ${BUNDLE_FILES.manifest} says. Export the bundle again.`)
    files.set(name, content)
  }
  return { folder, manifest, files }
}

export function fileOf({ files }: Bundle, name: string): Buffer {
  const content = files.get(name)
  if (!content) throw new BundleError(`${BUNDLE_FILES.manifest} names no ${name}. Export the bundle again.`)
  return content
}

export function jsonOf<T>(bundle: Bundle, name: string): T {
  return JSON.parse(fileOf(bundle, name).toString('utf8')) as T
}

export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function readOne(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
    throw new BundleError(`${name} of the bundle cannot be read (${cause.code ?? cause.message}).`)
  })
}

function manifestOf(content: Buffer): BundleManifest {
  try {
    const manifest = JSON.parse(content.toString('utf8')) as BundleManifest
    if ((manifest.format as unknown) === 1 && typeof manifest.files === 'object') return manifest
  } catch {
    // Told below, as what is no manifest.
  }
  throw new BundleError(`${BUNDLE_FILES.manifest} is no manifest that this server reads. Export the bundle again.`)
}
