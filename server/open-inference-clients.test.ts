// The real clients of the Open Inference Protocol against the real ports.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonWith, withoutPython } from '@/lib/platform/testing/python'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { exampleRows, program } from '@/lib/serving/testing/fixture'
import { openPorts, type OpenInferencePorts } from './testing/open-inference'

const MODULES = ['tritonclient.http', 'tritonclient.grpc', 'ml_dtypes']
const python = pythonWith(...MODULES)

describe.skipIf(python === null)(`tritonclient${python === null ? ` (${withoutPython(...MODULES)})` : ''}`, () => {
  let ports: OpenInferencePorts

  beforeAll(async () => {
    ports = await openPorts()
  })
  afterAll(() => ports.close())

  it('works unchanged, over HTTP and gRPC', { timeout: 120_000 }, async () => {
    const rows = exampleRows('clinic', 6)
    const { predictions } = (await predict(program, 'no-show-risk', { inputs: rows, environment: 'staging' })) as ListPredictAnswer
    const labels = predictions.map(({ output }) => output.label)
    const probabilities = predictions.map(({ output }) => [output.probabilities?.['0'], output.probabilities?.['1']])
    const results = await run({ http: ports.http, grpc: ports.grpc, token: ports.token, rows, labels, probabilities })
    expect(results).toEqual(Object.fromEntries(CHECKS.map((name) => [name, 'ok'])))
  })
})

const CHECKS = [
  'http health',
  'http metadata',
  'http binary tensors',
  'http JSON tensors',
  'http requested outputs',
  'http classification',
  'http compression',
  'http asynchronous and parameters',
  'http errors',
  'http datatypes',
  'http environment by header',
  'grpc health and metadata',
  'grpc tensors',
  'grpc compression, deadlines and asynchronous calls',
  'grpc errors',
  'grpc datatypes',
]

function run(given: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = spawn(python ?? '', [join(process.cwd(), 'server', 'testing', 'open_inference_client.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
    const output: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (output[name] += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.stdout.trim().split('\n').at(-1) ?? ''))
      else reject(new Error(`Python ended with ${code}: ${output.stderr}`))
    })
    child.stdin.end(JSON.stringify(given))
  })
}
