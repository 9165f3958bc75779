import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Promotion } from '@/lib/releases/contract'
import { EXIT, UsageError, type Call, type Command, type Outcome } from './command'
import { calledPath } from './local'
import { describePromotion, exitCodeOf, PROMOTION_OPTIONS, promotionWish, requestPromotion } from './promotion'
import { SERVER_OPTIONS, ServerProblem, serverOf } from './server'

/** What this command reads of the answer to a registration. */
interface Registered {
  model: { slug: string }
  version: { id: string; number: number; artifactHash: string; artifactBytes: number }
}

export const push: Command = {
  name: 'push',
  arguments: ['[MODEL.onnx]'],
  summary: 'Register a version: its file (or the server that answers for it), its metadata and its reference data.',
  options: {
    endpoint: { type: 'string', value: 'FILE', help: 'JSON that describes a server elsewhere, instead of a model file (see /docs/remote).' },
    metadata: { type: 'string', value: 'FILE', help: 'JSON with the model’s name, lineage, fields … (see /docs/registering).' },
    reference: { type: 'string', value: 'FILE', help: 'CSV or Parquet with rows it was trained or tested on.' },
    model: { type: 'string', value: 'SLUG', help: 'The model this is a version of (default: “model” in the metadata, which must not name another).' },
    'request-promotion': { type: 'boolean', help: 'Request its promotion at once; needs --reason.' },
    ...PROMOTION_OPTIONS,
    ...SERVER_OPTIONS,
  },
  details: 'The token needs the scope registry:write; to request a promotion, the role operator or admin.',
  run: async (call) => {
    const wish = call.flag('request-promotion') ? promotionWish(call) : undefined
    refuseOrphans(call, wish !== undefined)
    const server = serverOf(call)
    const { model, form } = await formOf(call)
    const path = call.text('endpoint') === undefined ? 'versions' : 'remote-versions'
    const { version } = await server.post<Registered>(`/api/models/${encodeURIComponent(model)}/${path}`, form)
    const json = {
      model,
      version: version.number,
      id: version.id,
      sha256: version.artifactHash,
      bytes: version.artifactBytes,
      url: `${server.url}/models/${model}/versions/${version.number}`,
    }
    const text = `Registered ${model} v${version.number} (SHA-256 ${version.artifactHash}).\n  ${json.url}`
    if (wish === undefined) return { json, text }
    try {
      const promotion = await requestPromotion(server, model, version.number, wish)
      return { json: { ...json, promotion }, text: `${text}\n${describePromotion(server, promotion)}`, exitCode: exitCodeOf(promotion) }
    } catch (error) {
      return withoutPromotion(error, json, text)
    }
  },
}

function refuseOrphans(call: Call, isRequested: boolean): void {
  const orphan = isRequested ? undefined : Object.keys(PROMOTION_OPTIONS).find((option) => call.text(option) !== undefined)
  if (orphan !== undefined) throw new UsageError(`--${orphan} belongs to a promotion: add --request-promotion.`)
}

async function formOf(call: Call): Promise<{ model: string; form: FormData }> {
  const form = new FormData()
  const [modelFile] = call.arguments
  const endpoint = call.text('endpoint')
  if (modelFile === undefined && endpoint === undefined) throw new UsageError('MODEL.onnx is missing. Give it, or --endpoint.')
  if (modelFile !== undefined && endpoint !== undefined) throw new UsageError('A version is a model file or an --endpoint, not both.')
  const metadataFile = call.text('metadata')
  const metadata = metadataFile === undefined ? undefined : await readText(metadataFile)
  const model = call.text('model') ?? (metadata === undefined ? undefined : modelIn(metadata, metadataFile ?? ''))
  if (model === undefined) throw new UsageError('Which model is this a version of? Give --model, or “model” in the metadata.')
  if (endpoint !== undefined) form.set('endpoint', await readText(endpoint))
  else form.set('artifact', await fileOf(modelFile ?? ''))
  if (metadata !== undefined) form.set('metadata', metadata)
  const reference = call.text('reference')
  if (reference !== undefined) form.set('reference', await fileOf(reference))
  return { model, form }
}

async function readBytes(path: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(calledPath(path)).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${cause.code ?? cause.message}).`)
  }) as Promise<Buffer<ArrayBuffer>>
}

async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString('utf8')
}

async function fileOf(path: string): Promise<File> {
  return new File([await readBytes(path)], basename(path))
}

function modelIn(metadata: string, path: string): string | undefined {
  try {
    const parsed = JSON.parse(metadata) as { model?: unknown } | null
    return typeof parsed?.model === 'string' ? parsed.model : undefined
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${(cause as Error).message}.`)
  }
}

/** The version stands; only the second half was refused, and the caller must learn both. */
function withoutPromotion(error: unknown, json: Record<string, unknown>, text: string): Outcome & { json: { promotion: Promotion | null } } {
  const { message, fields, code } = error instanceof ServerProblem ? error : { message: (error as Error).message, fields: [], code: 'unreachable' }
  const lines = fields.map((field) => `  ${field.path}: ${field.message}`)
  return {
    json: { ...json, promotion: null, error: { code, message, fields } },
    text: [text, `Its promotion was not requested. ${message}`, ...lines].join('\n'),
    exitCode: error instanceof ServerProblem ? EXIT.refused : EXIT.unreachable,
  }
}
