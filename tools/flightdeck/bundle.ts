import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledToken, ModelExport } from '@/lib/edge/contract'
import { randomSecret } from '@/lib/platform/crypto'
import { newId } from '@/lib/platform/ids'
import { writeBundle } from './bundle-files'
import { UsageError, type Call, type Command } from './command'
import { askExport, emptyFolder, hashOf } from './exported'
import { calledPath } from './local'
import { SERVER_OPTIONS, serverOf } from './server'

const MB = 1e6

/** @param edge where tools/build-edge.mjs has built the server */
export const bundleFrom = (edge: string): Command => ({
  name: 'bundle',
  arguments: ['MODEL@ENVIRONMENT'],
  summary: 'Write a folder that answers for a released model without network.',
  options: {
    out: { type: 'string', value: 'DIR', help: 'The folder to write; it must be new or empty.' },
    platform: { type: 'string', value: 'OS/ARCH', help: 'Of the machine it will run on: linux/x64 or linux/arm64 (default: this one).' },
    tokens: { type: 'string', value: 'FILE', help: 'Tokens that may call it, one a line as “name secret” (default: a new one, printed once).' },
    'with-background': { type: 'string', value: 'yes|no', help: 'Carry the background sample, rows of real people, so that reasons are given (default: yes where there is one).' },
    ...SERVER_OPTIONS,
  },
  details: 'The token to call with needs the scope read. The bundle holds the champion; challengers stay here. See /docs/edge.',
  run: async (call) => {
    const [given = ''] = call.arguments
    const withBackground = readYes(call)
    const out = call.required('out')
    const platform = call.text('platform') ?? `${process.platform}/${process.arch}`
    if (!/^[a-z0-9]+\/[a-z0-9]+$/.test(platform)) throw new UsageError('--platform takes a system and a processor, such as linux/x64.')
    const { secret, tokens } = tokensOf(call)
    const server = serverOf(call)
    const exported = await askExport(server, given, 'edge')
    const folder = emptyFolder(calledPath(out), out)
    const written = await writeBundle(server, exported, {
      folder, platform, tokens, withBackground,
      edge,
      runtime: join(process.cwd(), 'node_modules', 'onnxruntime-node'),
    })
    const { bytes, serverBytes, unpackedBytes, sha256 } = written
    const json = { ...told(exported), out: folder, platform, sha256, bytes, serverBytes, unpackedBytes, ...(secret === null ? {} : { token: secret }) }
    const text = [
      `Bundled ${exported.model.slug} v${exported.version.number} of ${exported.environment} for ${platform}: ${out}`,
      `  ${(bytes / MB).toFixed(1)} MB, of which the server with what it depends on ${(serverBytes / MB).toFixed(1)} MB; ONNX Runtime is unpacked at the first start (${(unpackedBytes / MB).toFixed(1)} MB)`,
      `  SHA-256 of bundle.json: ${sha256}`,
      ...(secret === null ? [] : [`  Token for its callers, shown only now: ${secret}`]),
    ]
    return { json, text: text.join('\n') }
  },
})

export const bundle = bundleFrom(join(process.cwd(), 'dist', 'edge'))

function told({ id, model, environment, version, release }: ModelExport): Record<string, unknown> {
  return { bundle: id, model: model.slug, environment, version: version.number, release: release.id }
}

function readYes(call: Call): boolean {
  const given = call.text('with-background') ?? 'yes'
  if (given !== 'yes' && given !== 'no') throw new UsageError('--with-background takes yes or no.')
  return given === 'yes'
}

/** Only hashes leave this function with the bundle. */
function tokensOf(call: Call): { secret: string | null; tokens: BundledToken[] } {
  const file = call.text('tokens')
  if (file === undefined) {
    const secret = `fd_${randomSecret()}`
    return { secret, tokens: [{ id: `edge-${newId()}`, name: 'edge', hash: hashOf(Buffer.from(secret)) }] }
  }
  const tokens = readLines(file).map((line, index): BundledToken => {
    const [name = '', secret = '', ...more] = line.split(/\s+/)
    if (secret.length < 20 || more.length > 0) throw new UsageError(`Line ${index + 1} of ${file} must have a name and a secret of at least 20 characters.`)
    return { id: `edge-${name}`, name, hash: hashOf(Buffer.from(secret)) }
  })
  if (tokens.length === 0) throw new UsageError(`${file} has no token.`)
  return { secret: null, tokens }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(calledPath(file), 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '')
  } catch (cause) {
    throw new UsageError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`)
  }
}
