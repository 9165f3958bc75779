// A server elsewhere as a version of the product: registered, gated, approved, released, served, guarded, logged, explained
// by asking it, and in evidence.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { closeExplainer, explainPrediction, registerExplainer } from '@/lib/explanations/commands'
import { remoteState } from '@/lib/inference/remote'
import { startServer, answerJson, type TestServer } from '@/lib/inference/remote/testing/server'
import { environment } from '@/lib/platform/environment'
import { setOnce } from '@/lib/platform/once'
import { registerRemoteVersion } from '@/lib/registry/commands'
import type { Version } from '@/lib/registry/contract'
import { approvePromotion, requestPromotion } from '@/lib/releases/commands'
import { predict, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { approver, endServing, operator, program } from '@/lib/serving/testing/fixture'
import { verifyBundle } from '@/tools/verify-bundle.mjs'
import { issueEvidence } from './commands/issue-evidence'
import { publicKeySet } from './queries/keys'
import { replayBundle } from './replay'
import { auditor } from './testing/fixture'

process.env.FLIGHTDECK_PRIVATE_ENDPOINTS = '127.0.0.1'
process.env.FLIGHTDECK_LOG_LEVEL = 'silent'

/** An additive model: its Shapley values are its terms less their means. */
const price = ({ size, rooms }: Record<string, number>) => 100 + 2 * (size ?? NaN) + 10 * (rooms ?? NaN)
const ROWS = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, rooms: 1 + (i % 4) }))

describe.each(ENGINES)('a remote version on %s', (engine) => {
  let db: Database
  let server: TestServer
  let version: Version
  let isDown = false

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    setOnce('sessionSecret', undefined)
    registerExplainer()
    mkdirSync(join(environment().dataDirectory, 'secrets'), { recursive: true })
    writeFileSync(join(environment().dataDirectory, 'secrets', 'rent'), 'the-secret-itself')
    server = await startServer((response, { headers, body }) => {
      if (isDown || headers.authorization !== 'the-secret-itself') return answerJson(response, {}, isDown ? 503 : 401)
      answerJson(response, { predictions: (JSON.parse(body) as { instances: Record<string, number>[] }).instances.map(price) })
    })
    const reference = { fileName: 'reference.csv', content: Buffer.from(['size,rooms,target', ...ROWS.map((row) => `${row.size},${row.rooms},${price(row)}`)].join('\n')) }
    const endpoint = { protocol: 'kserve-v1', url: server.url, model: 'rent', inputs: { shape: 'columns' }, headers: { authorization: { secret: 'file:rent' } }, timeoutMs: 5000 }
    ;({ version } = await registerRemoteVersion(operator, { model: 'rent', endpoint, metadata: { task: 'regression', scoreUnit: '€' }, reference }))
    const promotion = await requestPromotion(operator, { model: 'rent', version: 1, environment: 'production', reason: 'first model' })
    const { gates } = await approvePromotion(approver, promotion.id, { comment: 'ok' })
    expect(gates.map(({ verdict }) => verdict)).not.toContain('failed')
  }, 60_000)
  afterAll(async () => {
    await closeExplainer()
    await endServing()
    await server.close()
    await db.close()
    setOnce('sessionSecret', undefined)
  })

  it('serves, logs and explains by asking, through the process that holds the secret', async () => {
    const { predictions } = (await predict(program, 'rent', { inputs: [{ size: 60, rooms: 2 }, { size: 80, rooms: 4 }], subject: 'flat-1' })) as ListPredictAnswer
    expect(predictions.map(({ output }) => output.value)).toEqual([240, 300])
    const [{ id } = expect.fail('no prediction')] = predictions
    expect(await findPrediction(db, id)).toMatchObject({ versionId: version.id, score: 240, inputs: [60, 2], subject: 'flat-1', explanation: null })
    const explained = await explainPrediction(operator, id)
    const mean = (of: (row: { size: number; rooms: number }) => number) => ROWS.reduce((sum, row) => sum + of(row), 0) / ROWS.length
    const [size, rooms] = explained.values
    expect(size).toBeCloseTo(2 * (60 - mean((row) => row.size)), 6)
    expect(rooms).toBeCloseTo(10 * (2 - mean((row) => row.rooms)), 6)
    expect(explained).toMatchObject({ scale: 'value', method: 'exact' })
    expect(remoteState(version.artifactHash)).toMatchObject({ breaker: 'closed', failures: 0 })
  }, 60_000)

  it('gives reasons with the answer where they are asked for', async () => {
    const answer = (await predict(program, 'rent', { inputs: { size: 90, rooms: 1 }, explain: true })) as SinglePredictAnswer
    expect(answer).toMatchObject({ output: { value: 290 }, reasons: [{ field: 'size', contribution: expect.closeTo(2 * (90 - 69.5), 6) as number }, { field: 'rooms', contribution: expect.closeTo(10 * (1 - 2.5), 6) as number }] })
  }, 60_000)

  it('is guarded', async () => {
    await setGuardrails(approver, { model: 'rent', rules: [{ limit: { rule: 'output-range', min: null, max: 250 }, fallback: { kind: 'constant', value: 250 } }] })
    const answer = (await predict(program, 'rent', { inputs: { size: 90, rooms: 1 } })) as SinglePredictAnswer
    expect(answer.output.value).toBe(250)
    expect(await findPrediction(db, answer.id)).toMatchObject({ modelScore: 290, score: 250 })
    await setGuardrails(approver, { model: 'rent', rules: [] })
  })

  it('says that it cannot be reached, logs nothing then, and answers again when it is back', async () => {
    isDown = true
    await expect(predict(program, 'rent', { inputs: { size: 60, rooms: 2 } })).rejects.toMatchObject({ kind: 'unavailable', code: 'remote_unavailable', retryAfterSeconds: expect.any(Number) as number })
    isDown = false
    expect(await predict(program, 'rent', { inputs: { size: 60, rooms: 2 } })).toMatchObject({ output: { value: 240 } })
  })

  it('is in evidence with its document, and says that it is not replayed', async () => {
    const { id } = (await predict(program, 'rent', { inputs: { size: 61, rooms: 2 } })) as SinglePredictAnswer
    const { text, bundle } = await issueEvidence(auditor, { predictions: [id] })
    expect(bundle.content.predictions[id]).toMatchObject({ replayed: null, answer: { score: 242 } })
    expect(bundle.content.versions[version.id]).toMatchObject({ runtime: 'remote', artifactHash: version.artifactHash })
    expect(text).not.toContain('the-secret-itself')
    expect(verifyBundle(Buffer.from(text), await publicKeySet(db)).exitCode).toBe(0)
    expect(await replayBundle(bundle.content)).toMatchObject({ answers: 0, differs: [], skipped: [{ version: version.id, reason: expect.stringContaining('Not replayed: remote.') as string }] })
  })
})
