// The engine elsewhere, the control here: a released model for Triton, KServe, or a bundle's image on Kubernetes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { edgeDeployment, inferenceService, tritonConfig, type ComputeResources } from '@/lib/edge/rules'
import { readModelFile } from '@/lib/onnx/model-file'
import { withoutZipMap } from '@/lib/onnx/zip-map'
import { UsageError, type Call, type Command, type Option } from './command'
import { askExport, emptyFolder, fetchModel, inFolder } from './exported'
import { calledPath } from './local'
import { SERVER_OPTIONS, serverOf } from './server'
import type { ModelExport } from '@/lib/edge/contract'

const KUBERNETES_OPTIONS: Record<string, Option> = {
  out: { type: 'string', value: 'FILE', help: 'The YAML file to write; it must not exist.' },
  namespace: { type: 'string', value: 'NAME', help: 'Namespace (default: that of kubectl).' },
  cpu: { type: 'string', value: 'QUANTITY', help: 'CPU, asked for and at most (default: 1).' },
  memory: { type: 'string', value: 'QUANTITY', help: 'Memory, asked for and at most (default: 1Gi).' },
}

export const exportTriton: Command = {
  name: 'export triton',
  arguments: ['MODEL@ENVIRONMENT'],
  summary: 'Write a released model into a model repository of Triton.',
  options: { out: { type: 'string', value: 'DIR', help: 'The folder to write; it must be new or empty.' }, ...SERVER_OPTIONS },
  details: 'Guardrails, reasons and the log stay here: see /docs/edge.',
  run: async (call) => {
    const [given = ''] = call.arguments
    const out = call.required('out')
    const server = serverOf(call)
    const exported = await askExport(server, given, 'triton')
    const { model, version } = exported
    const folder = emptyFolder(calledPath(out), out)
    const file = inFolder(folder, model.slug, String(version.number), 'model.onnx')
    await fetchModel(server, exported, file)
    const bytes = readFileSync(file)
    const plain = withoutZipMap(bytes)
    if (plain) writeFileSync(file, plain)
    writeFileSync(inFolder(folder, model.slug, 'config.pbtxt'), tritonConfig(model.slug, version.number, readModelFile(plain ?? bytes)))
    const note = plain ? ' Its ZipMap is taken off: probabilities are a tensor.' : ''
    return { json: { ...told(exported), out: folder, isChanged: plain !== null }, text: `Wrote ${model.slug} v${version.number} for Triton: ${out}.${note}\n  tritonserver --model-repository=${out}` }
  },
}

export const exportKserve: Command = {
  name: 'export kserve',
  arguments: ['MODEL@ENVIRONMENT'],
  summary: 'Write an InferenceService for KServe, whose payload log comes here.',
  options: {
    'storage-uri': { type: 'string', value: 'URI', help: 'Where the folder that “export triton” wrote lies, such as s3://models/no-show-risk.' },
    replicas: { type: 'string', value: 'N', help: 'At least so many replicas (default: 1).' },
    'log-url': { type: 'string', value: 'URL', help: 'Flightdeck as the cluster reaches it, such as https://kserve:fd_…@flightdeck.example.com; none for no log (default: --url).' },
    ...KUBERNETES_OPTIONS,
    ...SERVER_OPTIONS,
  },
  details: 'The engine is Triton, in its runtime kserve-tritonserver. A token in --log-url stands in the file: keep it as a secret.',
  run: async (call) => {
    const [given = ''] = call.arguments
    const storageUri = call.required('storage-uri')
    if (!/^[a-z0-9]+:\/\/\S+$/i.test(storageUri)) throw new UsageError('--storage-uri takes an address such as s3://bucket/path, gs://bucket/path or pvc://claim/path.')
    const replicas = call.text('replicas') ?? '1'
    if (!/^\d{1,3}$/.test(replicas)) throw new UsageError('--replicas takes a number from 0 to 999.')
    const file = newFile(call)
    const server = serverOf(call)
    const logUrl = logUrlOf(call, server.url)
    const exported = await askExport(server, given, 'kserve')
    writeFileSync(file, inferenceService(exported, { storageUri, logUrl, namespace: namespaceOf(call), resources: resourcesOf(call), replicas: Number(replicas) }), { flag: 'wx' })
    return { json: { ...told(exported), out: file }, text: `Wrote an InferenceService for ${exported.model.slug} v${exported.version.number}: ${call.required('out')}\n  kubectl apply -f ${call.required('out')}` }
  },
}

export const exportKubernetes: Command = {
  name: 'export kubernetes',
  arguments: ['MODEL@ENVIRONMENT'],
  summary: 'Write a Deployment, Service and volume for the image of a bundle.',
  options: {
    image: { type: 'string', value: 'IMAGE', help: 'The image that was built of the bundle.' },
    storage: { type: 'string', value: 'QUANTITY', help: 'Room for the spool (default: 2Gi).' },
    ...KUBERNETES_OPTIONS,
    ...SERVER_OPTIONS,
  },
  run: async (call) => {
    const [given = ''] = call.arguments
    const image = call.required('image')
    const storage = quantityOf(call, 'storage', '2Gi')
    const file = newFile(call)
    const exported = await askExport(serverOf(call), given, 'kubernetes')
    writeFileSync(file, edgeDeployment(exported, { image, storage, namespace: namespaceOf(call), resources: resourcesOf(call) }), { flag: 'wx' })
    return { json: { ...told(exported), out: file }, text: `Wrote a Deployment for ${exported.model.slug} v${exported.version.number}: ${call.required('out')}\n  kubectl apply -f ${call.required('out')}` }
  },
}

function told({ id, model, environment, version, release }: ModelExport): Record<string, unknown> {
  return { export: id, model: model.slug, environment, version: version.number, release: release.id, sha256: version.artifactHash }
}

function newFile(call: Call): string {
  const out = call.required('out')
  const file = calledPath(out)
  if (existsSync(file)) throw new UsageError(`${out} exists. Name a new file.`)
  return file
}

function namespaceOf(call: Call): string | null {
  const given = call.text('namespace')
  if (given === undefined) return null
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(given)) throw new UsageError('--namespace takes a name of lower-case letters, digits and hyphens.')
  return given
}

function resourcesOf(call: Call): ComputeResources {
  return { cpu: quantityOf(call, 'cpu', '1'), memory: quantityOf(call, 'memory', '1Gi') }
}

/** Kubernetes' own form of quantities, without exponents. */
function quantityOf(call: Call, option: string, fallback: string): string {
  const given = call.text(option) ?? fallback
  if (!/^\d+(\.\d+)?(m|[kMGTP]|[KMGTP]i)?$/.test(given)) throw new UsageError(`--${option} takes a quantity such as 500m or 2Gi.`)
  return given
}

function logUrlOf(call: Call, serverUrl: string): string | null {
  const given = call.text('log-url') ?? serverUrl
  if (given === 'none') return null
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) throw new UsageError('--log-url takes an address such as https://flightdeck.example.com, or none.')
  return given.replace(/\/+$/, '')
}
