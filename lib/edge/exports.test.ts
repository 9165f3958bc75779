// What other engines are told, read back by their own schemas where Python has them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { describe, expect, it } from 'vitest'
import { readModelFile } from '@/lib/onnx/model-file'
import { pythonWith, withoutPython } from '@/lib/platform/testing/python'
import type { ModelExport } from './contract'
import { edgeDeployment, inferenceService, tritonConfig } from './rules'

const MODULES = ['kubernetes_validate', 'yaml', 'tritonclient.grpc']
const python = pythonWith(...MODULES)
const graphOf = (example: string) => readModelFile(readFileSync(join(process.cwd(), 'examples', example, 'v1.onnx')))
const resources = { cpu: '500m', memory: '1Gi' }

const exported = {
  id: '01a0', environment: 'production', createdAt: 0, createdBy: 'Olga',
  model: { id: 'm', slug: 'no-show-risk', name: 'No-show risk' },
  release: { id: 'r', arms: [] },
  version: { id: 'v', number: 3, artifactHash: 'ab'.repeat(32), artifactBytes: 1 },
} as unknown as ModelExport

/**
 * The members that KServe's own types have (InferenceServiceSpec, PredictorSpec, ComponentExtensionSpec, ModelSpec,
 * PredictorExtensionSpec, LoggerSpec of serving.kserve.io/v1beta1), as far as the export uses them.
 */
const SERVICE = {
  apiVersion: /^serving\.kserve\.io\/v1beta1$/,
  kind: /^InferenceService$/,
  metadata: { name: /^[a-z]([-a-z0-9]*[a-z0-9])?$/, namespace: /./, labels: 'texts', annotations: 'texts' },
  spec: {
    predictor: {
      minReplicas: 'whole',
      model: {
        modelFormat: { name: /./, version: /^\d+(\.\d+){0,2}$/ },
        runtime: /./,
        protocolVersion: /^(v1|v2|grpc-v1|grpc-v2)$/,
        storageUri: /^[a-z0-9]+:\/\//,
        resources: { requests: 'texts', limits: 'texts' },
      },
      logger: { mode: /^(all|request|response)$/, url: /^https?:/ },
    },
  },
} as const

function wrongMembers(given: unknown, schema: unknown, path = ''): string[] {
  if (schema instanceof RegExp) return typeof given === 'string' && schema.test(given) ? [] : [path]
  if (schema === 'whole') return Number.isSafeInteger(given) ? [] : [path]
  const entries = Object.entries(given as Record<string, unknown>)
  if (schema === 'texts') return entries.filter(([, value]) => typeof value !== 'string').map(([name]) => `${path}.${name}`)
  const known = schema as Record<string, unknown>
  return entries.flatMap(([name, value]) => (Object.hasOwn(known, name) ? wrongMembers(value, known[name], `${path}.${name}`) : [`${path}.${name}`]))
}

describe('an InferenceService', () => {
  const options = { storageUri: 's3://models/no-show-risk', logUrl: 'https://kserve:fd_secret@flightdeck.example.com', namespace: 'clinic', resources, replicas: 2 }

  it('has only members that KServe has, and speaks the Open Inference Protocol', () => {
    const service = parse(inferenceService(exported, options)) as { spec: { predictor: { model: { protocolVersion: string; storageUri: string }; logger: { url: string } } } }
    expect(wrongMembers(service, SERVICE)).toEqual([])
    expect(service.spec.predictor.model).toMatchObject({ protocolVersion: 'v2', storageUri: 's3://models/no-show-risk' })
    expect(service.spec.predictor.logger.url).toBe('https://kserve:fd_secret@flightdeck.example.com/api/ingest/cloudevents?model=no-show-risk%40production&version=3')
  })

  it('has no logger where none is wanted, and the check would see a member that KServe has not', () => {
    const service = parse(inferenceService(exported, { ...options, logUrl: null })) as { spec: { predictor: Record<string, unknown> } }
    expect(Object.keys(service.spec.predictor)).toEqual(['minReplicas', 'model'])
    expect(wrongMembers({ ...service, spec: { predictor: { ...service.spec.predictor, replicas: 1, logger: { mode: 'none' } } } }, SERVICE)).toEqual(['.spec.predictor.replicas', '.spec.predictor.logger.mode'])
  })
})

describe('a configuration of Triton', () => {
  it('tells every input and output without the rows, and a tensor of rows alone as one of size 1', () => {
    const lines = tritonConfig('no-show-risk', 3, graphOf('clinic')).split('\n')
    expect(lines.slice(0, 3)).toEqual(['name: "no-show-risk"', 'platform: "onnxruntime_onnx"', 'max_batch_size: 1000'])
    expect(lines).toContain('input { name: "age" data_type: TYPE_FP32 dims: [ 1 ] }')
    expect(lines).toContain('output { name: "label" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } }')
    expect(lines).toContain('output { name: "probabilities" data_type: TYPE_FP32 dims: [ 2 ] }')
  })

  it('does not batch where a tensor has its rows in another place', () => {
    const file = graphOf('shop')
    const [output] = file.graph.outputs
    const fixed = { ...file, graph: { ...file.graph, outputs: [{ name: output?.name ?? '', type: { kind: 'tensor' as const, elementType: 'float32' as const, shape: [1, null] } }] } }
    const config = tritonConfig('price', 1, fixed)
    expect(config).toContain('max_batch_size: 0')
    expect(config).toContain('dims: [ 1, -1 ]')
    expect(config).not.toContain('dynamic_batching')
  })

  it('refuses what Triton has no tensor for', () => {
    const file = graphOf('shop')
    const maps = { ...file, graph: { ...file.graph, outputs: [{ name: 'out', type: { kind: 'sequence' as const, of: { kind: 'unknown' as const } } }] } }
    expect(() => tritonConfig('price', 1, maps)).toThrow(expect.objectContaining({ code: 'export_impossible' }) as Error)
  })
})

const deployment = edgeDeployment(exported, { image: 'registry.example.com/no-show-edge:3', namespace: 'clinic', resources, storage: '2Gi' })

it('a deployment is one replica with a volume, run by nobody with rights', () => {
  const documents = parseAllDocuments(deployment).map((document) => document.toJS() as { kind: string; spec: { replicas?: number } })
  expect(documents.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Deployment', 'Service'])
  expect(documents[1]?.spec).toMatchObject({ replicas: 1, template: { spec: { securityContext: { runAsNonRoot: true } } } })
})

it.skipIf(python === null)(`is taken by the schemas of Triton and Kubernetes (${withoutPython(...MODULES)})`, () => {
  const read = (config: string, kubernetes: string) =>
    spawnSync(python ?? '', [join(process.cwd(), 'lib', 'edge', 'testing', 'read_exports.py')], { input: JSON.stringify({ config, kubernetes }), encoding: 'utf8' })
  for (const example of ['clinic', 'shop', 'credit-union']) {
    const { stdout, stderr } = read(tritonConfig(`${example} "ü"`, 3, graphOf(example)), deployment)
    const { config, validated } = JSON.parse(stdout || JSON.stringify({ error: stderr })) as { config: { name: string; platform: string; input: unknown[]; output: unknown[] }; validated: string[] }
    expect(config, stderr).toMatchObject({ name: `${example} "ü"`, platform: 'onnxruntime_onnx' })
    expect(config.input).toHaveLength(graphOf(example).graph.inputs.length)
    expect(validated).toEqual(['PersistentVolumeClaim', 'Deployment', 'Service'])
  }
  expect(read('name: "a" nonsense: 1', deployment).status).not.toBe(0)
  expect(read('name: "a"', deployment.replace('replicas: 1', 'replicas: many')).status).not.toBe(0)
})
