// Model files that are altered or gone: a version that is open goes on; after a restart the last one that can be opened
// answers, and the released one again when its file is back.
import { copyFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { loopingModel } from '@/lib/onnx/testing/hostile-models'
import { identityModel } from '@/lib/onnx/testing/sample-models'
import { sha256 } from '@/lib/platform/crypto'
import { install, releaseFile } from './installation'
import { post } from './load'
import { startServer, until, type RunningServer } from './process'

let directory: string
test.beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-artifact-'))
})
test.afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function ask(server: RunningServer, token: string, model: string): Promise<{ status: number; version?: number; code?: string; detail?: string }> {
  const answer = await post(`${server.url}/api/models/${model}/predict`, JSON.stringify({ inputs: { x: 3 } }), { token })
  return { status: answer.status, ...(JSON.parse(answer.body) as object) }
}

test('altered and missing files', async () => {
  const first = await startServer({ dataDirectory: directory })
  const installation = await install(first)
  const { token } = installation
  await releaseFile(first, installation, 'filed', identityModel())
  await releaseFile(first, installation, 'filed', loopingModel())
  await releaseFile(first, installation, 'alone', loopingModel())
  const hash = sha256(loopingModel())
  const path = join(directory, 'artifacts', hash.slice(0, 2), hash)
  const kept = join(directory, 'kept')
  copyFileSync(path, kept)
  chmodSync(path, 0o600)
  writeFileSync(path, 'altered')
  expect(await ask(first, token, 'filed')).toMatchObject({ status: 200, version: 2 })
  expect(await first.end('SIGTERM')).toBe(0)

  const second = await startServer({ dataDirectory: directory })
  expect(await ask(second, token, 'filed')).toMatchObject({ status: 200, version: 1 })
  const refused = await ask(second, token, 'alone')
  expect(refused).toMatchObject({ status: 503, code: 'artifact_corrupted' })
  expect(JSON.stringify(refused)).not.toContain(directory)
  rmSync(path)
  await until('word that it is missing', () => ask(second, token, 'alone'), ({ code }) => code === 'artifact_missing')
  copyFileSync(kept, path)
  await until('the released version', () => ask(second, token, 'filed'), ({ version }) => version === 2, 40_000)
  expect(await ask(second, token, 'alone')).toMatchObject({ status: 200, version: 1 })
  expect(await second.end('SIGTERM')).toBe(0)
})
