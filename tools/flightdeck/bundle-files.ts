// Writes a bundle: a folder with everything that answers for one model, and a manifest with the hash of each file.
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { BUNDLE_FILES, type BundledReference, type BundledSettings, type BundledToken, type BundleManifest, type ExportedExplainer, type ModelExport, type PackedFile } from '@/lib/edge/contract'
import { UsageError } from './command'
import { dockerfile, dockerIgnore, readme } from './bundle-texts'
import { fetchBackground, fetchModel, hashOf, inFolder } from './exported'
import type { Server } from './server'

const compress = promisify(brotliCompress)
/** Of 11: a tenth more than the most takes, in a twentieth of the time. */
const QUALITY = 5
const BINDING = 'onnxruntime_binding.node'
const SERVER_FILES = ['main.mjs', 'package.json']

export interface BundleParts {
  folder: string
  platform: string
  withBackground: boolean
  tokens: readonly BundledToken[]
  /** Where tools/build-edge.mjs has built the server. */
  edge: string
  /** onnxruntime-node's own folder. */
  runtime: string
}

export interface WrittenBundle {
  manifest: BundleManifest
  /** SHA-256 of the manifest, which has those of all other files. */
  sha256: string
  /** Everything in the folder, as it is carried. */
  bytes: number
  /** The server with what it depends on, as it is carried. */
  serverBytes: number
  /** What ONNX Runtime takes once it is unpacked, at the first start. */
  unpackedBytes: number
}

export async function writeBundle(server: Server, exported: ModelExport, parts: BundleParts): Promise<WrittenBundle> {
  const { folder, platform, tokens, withBackground } = parts
  const explainer = withBackground ? exported.explainer : null
  await fetchModel(server, exported, join(folder, BUNDLE_FILES.model))
  if (explainer) await fetchBackground(server, exported, explainer.backgroundHash, join(folder, BUNDLE_FILES.background))
  writeJson(folder, BUNDLE_FILES.signature, exported.version.signature)
  writeJson(folder, BUNDLE_FILES.guardrails, exported.guardrails)
  writeJson(folder, BUNDLE_FILES.settings, { settings: exported.settings, explanations: exported.explanations, reasons: exported.reasons } satisfies BundledSettings)
  writeJson(folder, BUNDLE_FILES.reference, { reference: exported.reference, attributionShape: exported.attributionShape } satisfies BundledReference)
  writeJson(folder, BUNDLE_FILES.tokens, tokens)
  for (const name of SERVER_FILES) copyFileSync(requireBuilt(parts.edge, name), inFolder(folder, 'server', name))
  const runtime = await packRuntime(parts)
  const { id, createdAt, createdBy, flightdeck, model, environment, version, release } = exported
  const manifest: BundleManifest = {
    format: 1, id, createdBy, flightdeck, platform, model, environment, release, runtime,
    createdAt: new Date(createdAt).toISOString(),
    version: { id: version.id, number: version.number, artifactHash: version.artifactHash },
    explainer: explainer && withoutHash(explainer),
    files: {},
  }
  writeFileSync(join(folder, 'Dockerfile'), dockerfile(platform))
  writeFileSync(join(folder, '.dockerignore'), dockerIgnore)
  writeFileSync(join(folder, 'README.md'), readme(manifest))
  for (const path of filesOf(folder)) {
    const content = readFileSync(join(folder, path))
    manifest.files[path] = { sha256: hashOf(content), bytes: content.length }
  }
  const text = JSON.stringify(manifest, null, 2)
  writeFileSync(join(folder, BUNDLE_FILES.manifest), text)
  const sizes = Object.entries(manifest.files)
  return {
    manifest,
    sha256: hashOf(Buffer.from(text)),
    bytes: sizes.reduce((sum, [, file]) => sum + file.bytes, text.length),
    serverBytes: sizes.reduce((sum, [path, file]) => sum + (path.startsWith('server/') ? file.bytes : 0), 0),
    unpackedBytes: runtime.reduce((sum, file) => sum + file.bytes, 0),
  }
}

/** The manifest names the sample's hash with those of the other files. */
function withoutHash({ backgroundHash: _, ...told }: ExportedExplainer & { backgroundHash: string }): ExportedExplainer {
  return told
}

/** The binding and the library it is linked with. What else lies there serves graphics cards, which the binding is not asked for. */
async function packRuntime({ folder, platform, runtime }: BundleParts): Promise<PackedFile[]> {
  const own = join(runtime, 'bin', 'napi-v6', ...platform.split('/'))
  if (!existsSync(join(own, BINDING))) throw new UsageError(`There is no ONNX Runtime for ${platform} here. --platform takes ${platformsOf(runtime).join(' or ')}.`)
  const library = readdirSync(own).find((name) => /^libonnxruntime\.so\.\d+$/.test(name))
  if (library === undefined) throw new UsageError(`ONNX Runtime for ${platform} has no library that a bundle can carry.`)
  const packed: PackedFile[] = []
  for (const name of [BINDING, library]) {
    const content = readFileSync(join(own, name))
    const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants
    const path = `server/runtime/${name}.br`
    writeFileSync(inFolder(folder, ...path.split('/')), await compress(content, { params: { [BROTLI_PARAM_QUALITY]: QUALITY, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: content.length } }))
    packed.push({ path, name, sha256: hashOf(content), bytes: content.length })
  }
  return packed
}

/** An edge runs Linux: other platforms' libraries have other names and places. */
function platformsOf(runtime: string): string[] {
  const folder = join(runtime, 'bin', 'napi-v6', 'linux')
  return existsSync(folder) ? readdirSync(folder).map((arch) => `linux/${arch}`) : []
}

function requireBuilt(folder: string, name: string): string {
  const path = join(folder, name)
  if (!existsSync(path)) throw new UsageError('The server of the edge is not built here. Run “node tools/build-server.mjs”, or “npm start” once.')
  return path
}

function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value))
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => relative(folder, join(folder, path)).split(sep).join('/'))
    .sort()
}
