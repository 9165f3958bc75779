// A real MLServer and a real `mlflow models serve`, started here with models that they train: what we get is what their own
// models say.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '@/lib/platform/crypto'
import { pythonWith, withoutPython } from '@/lib/platform/testing/python'
import { completeAnswer, completeInputs, endpointSchema, openRemote, RemoteConnection, remoteSignature, serverMetadata, type Answering, type EndpointInput, type RemoteField } from '.'

process.env.FLIGHTDECK_PRIVATE_ENDPOINTS = '127.0.0.1'
process.env.FLIGHTDECK_LOG_LEVEL = 'silent'

const STARTS_WITHIN_MS = 150_000
const mlserver = pythonWith('mlserver', 'mlserver_sklearn', 'sklearn')
const mlflow = pythonWith('mlflow', 'sklearn', 'pandas', 'fastapi')

const started: ChildProcess[] = []
afterEach(() => {
  // The servers start workers: the group is ended.
  for (const { pid, exitCode } of started.splice(0)) if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL')
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts the script, reads what its model says, and waits until the server is ready. */
async function serve(python: string, script: string, rows: unknown, readyPath: string): Promise<{ url: string; said: unknown }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-remote-model-'))
  const child = spawn(python, [join(process.cwd(), 'lib/inference/remote/testing', script), folder, String(port), JSON.stringify(rows)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    // mlflow starts uvicorn by its name.
    env: { ...process.env, PATH: `${dirname(python)}:${process.env.PATH ?? ''}`, PYTHONUNBUFFERED: '1', MLFLOW_TRACKING_URI: `file://${folder}/runs`, GIT_PYTHON_REFRESH: 'quiet' },
  })
  started.push(child)
  let [out, words] = ['', '']
  child.stdout.on('data', (part: Buffer) => (out += part.toString()))
  child.stderr.on('data', (part: Buffer) => (words = (words + part.toString()).slice(-3000)))
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${script} ended: ${words}`)))
  const isReady = expect.poll(async () => (await fetch(`${url}${readyPath}`).catch(() => null))?.status, { timeout: STARTS_WITHIN_MS, interval: 500 }).toBe(200)
  await Promise.race([isReady, ended])
  const line = out.split('\n').find((one) => one.startsWith('[')) ?? ''
  return { url, said: JSON.parse(line) as unknown }
}

/** As registration does it: filled in from the server and a first answer, then opened. */
async function open(input: EndpointInput, answering: Answering, known: RemoteField[], rows: Record<string, unknown>[]) {
  const endpoint = endpointSchema.parse(input)
  const connection = new RemoteConnection(endpoint)
  const server = await serverMetadata(connection, endpoint)
  const complete = await completeAnswer(connection, completeInputs(endpoint, server, known), server, answering, rows)
  connection.close()
  const model = await openRemote(Buffer.from(canonicalJson(complete)), remoteSignature(complete, answering))
  return { complete, model }
}

describe('a real server', () => {
  it.skipIf(mlserver === null)(`MLServer answers as its model does (${withoutPython('mlserver', 'mlserver-sklearn')})`, async () => {
    const matrix = [[0.5, -1, 2], [-1.5, 0.25, 0], [0, 0, 0]]
    const rows = matrix.map(([a, b, c]) => ({ a, b, c }))
    const fields = ['a', 'b', 'c'].map((name): RemoteField => ({ name, type: 'number' }))
    const { url, said } = await serve(mlserver ?? '', 'mlserver_model.py', matrix, '/v2/models/risk/ready')
    const base = { protocol: 'open-inference' as const, url, model: 'risk', timeoutMs: 20_000 }
    const answering = { task: 'binary' as const, classes: [0, 1], positiveClass: 1 }

    const { complete, model } = await open({ ...base, answer: { probabilities: { output: 'predict_proba' }, label: { output: 'predict' } } }, answering, fields, rows)
    expect(complete.inputs.shape).toBe('matrix')
    const answers = await model.run(rows)
    expect(answers.map(({ probabilities }) => [probabilities?.[0], probabilities?.[1]])).toEqual(said)
    expect(answers.map(({ label }) => label)).toEqual((said as number[][]).map(([no = 0, yes = 0]) => (yes > no ? 1 : 0)))
    await model.close()

    // Nothing said of the answer: MLServer gives the label alone, and that is found out.
    const guessed = await open(base, answering, fields, rows)
    expect(guessed.complete.answer).toEqual({ label: {} })
    expect(await guessed.model.run(rows.slice(0, 1))).toEqual([{ label: answers[0]?.label }])
    await guessed.model.close()

    const wrong = await open({ ...base, model: 'other', answer: { label: {} } }, answering, fields, rows)
    await expect(wrong.model.run(rows)).rejects.toMatchObject({ code: 'remote_answer_invalid', message: expect.stringContaining('404') as string })
    await wrong.model.close()
  }, 200_000)

  it.skipIf(mlflow === null)(`mlflow models serve answers as its model does (${withoutPython('mlflow', 'scikit-learn')})`, async () => {
    const rows = [{ size: 40, city: 'Graz' }, { size: 75.5, city: 'Linz' }, { size: 60, city: 'Wien' }]
    const fields: RemoteField[] = [{ name: 'size', type: 'number' }, { name: 'city', type: 'category' }]
    const { url, said } = await serve(mlflow ?? '', 'mlflow_model.py', rows, '/ping')
    const { complete, model } = await open({ protocol: 'mlflow', url, timeoutMs: 20_000 }, { task: 'regression' }, fields, rows)
    expect(complete).toMatchObject({ inputs: { shape: 'columns' }, answer: { value: {} } })
    expect((await model.run(rows)).map(({ value }) => value)).toEqual(said)
    await model.close()
  }, 200_000)
})
