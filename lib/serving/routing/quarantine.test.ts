import { rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endServing, operator, program, releaseToStaging } from '../testing/fixture'
import { auditTables } from '@/lib/audit/tables'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { isolation } from '@/lib/inference/isolation'
import { dividingModel, loopingModel } from '@/lib/onnx/testing/hostile-models'
import { identityModel } from '@/lib/onnx/testing/sample-models'
import { subscribe, type Condition } from '@/lib/platform/events'
import { peekOnce, setOnce } from '@/lib/platform/once'
import { storedPath, storeFile } from '@/lib/platform/storage'
import { registerVersion } from '@/lib/registry/commands'
import type { Version } from '@/lib/registry/contract'
import type { SinglePredictAnswer } from '../contract'
import { predict } from '../commands'
import { watchVersions } from './quarantine'
import { routing } from './table'
import { healthOf, ROWS_TO_PROVE } from './version-health'

const environment = 'staging'

async function register(model: string, artifact: Uint8Array): Promise<Version> {
  const registered = await registerVersion(operator, { artifact, metadata: { model, task: 'regression' } })
  return registered.version
}

async function ask(model: string, x: number): Promise<SinglePredictAnswer> {
  return (await predict(program, model, { environment, inputs: { x } })) as SinglePredictAnswer
}

describe.each(ENGINES)('quarantine on %s', (engine) => {
  let db: Database
  const conditions: Condition[] = []
  const unsubscribe = subscribe('condition.observed', (condition) => void conditions.push(condition))

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    await watchVersions(null)
    routing()
  })
  afterEach(() => conditions.splice(0))
  afterAll(async () => {
    unsubscribe()
    await endServing()
    peekOnce('versionWatch')?.close()
    setOnce('versionWatch', undefined)
    isolation().close()
    await db.close()
  })

  it('runs a new version apart until it has proven itself, then beside the others', async () => {
    const version = await register('steady', identityModel())
    await releaseToStaging('steady', 1)
    expect(isolation().pid).not.toBeNull()
    expect(await ask('steady', 4)).toMatchObject({ version: 1, output: { value: 4 } })
    expect(await healthOf(db, version.id)).toMatchObject({ state: 'probation' })
    await predict(program, 'steady', { environment, inputs: Array.from({ length: ROWS_TO_PROVE }, (_, x) => ({ x })) })
    await expect.poll(async () => (await healthOf(db, version.id))?.state).toBe('proven')
    await expect.poll(() => isolation().pid).toBeNull()
    expect(await ask('steady', 5)).toMatchObject({ output: { value: 5 } })
  })

  it('answers by the last good version when one ends its process twice, and others go on', async () => {
    await register('divider', loopingModel())
    await releaseToStaging('divider', 1)
    const bad = await register('divider', dividingModel())
    await releaseToStaging('divider', 2)
    expect(await ask('divider', 4)).toMatchObject({ version: 2 })
    const [crash, other] = await Promise.allSettled([ask('divider', -2), ask('steady', 6)])
    expect(crash).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', code: 'model_crashed', retryAfterSeconds: 1 } })
    expect(other).toMatchObject({ value: { output: { value: 6 } } })
    await expect.poll(async () => (await ask('divider', 3)).version).toBe(1)
    expect(await ask('divider', -2)).toMatchObject({ version: 1, output: { value: -2 } })
    expect(await healthOf(db, bad.id)).toMatchObject({ state: 'quarantined', crashes: 2 })
    const fired = conditions.filter((condition) => condition.isFired)
    expect(fired).toMatchObject([{ kind: 'serving', severity: 'problem' }])
    expect(fired[0]?.sentence).toBe(
      'Version 2 of divider in staging cannot answer: version 1 answers in its place. Version 2 ended its process (SIGFPE), 2 times in all. It is not run any more. Roll back to an earlier release, or promote another version.',
    )
    const { auditEvents } = db.tables(auditTables)
    const actions = (await db.select({ action: auditEvents.action }).from(auditEvents)).map((event) => event.action)
    expect(actions).toEqual(expect.arrayContaining(['version.crashed', 'version.quarantined', 'release.answered-by-others']))
  })

  it('refuses where no version was good before', async () => {
    await register('alone', dividingModel())
    await releaseToStaging('alone', 1)
    await expect(ask('alone', -2)).rejects.toMatchObject({ code: 'model_crashed' })
    await expect.poll(() => ask('alone', 1).catch((error: { code: string }) => error.code)).toBe('model_quarantined')
  })

  it('answers by the last good version while a file is altered or missing, and by the released one when it is back', async () => {
    const first = await register('filed', identityModel())
    await releaseToStaging('filed', 1)
    const artifact = loopingModel()
    const { artifactHash } = await register('filed', artifact)
    rmSync(storedPath(artifactHash), { force: true })
    writeFileSync(storedPath(artifactHash), 'something else')
    await releaseToStaging('filed', 2)
    expect(await ask('filed', 2)).toMatchObject({ version: 1 })
    expect(conditions.at(-1)?.sentence).toMatch(/^Version 2 of filed in staging cannot answer: version 1 answers in its place\. The stored file \w+ was altered on disk\./)
    rmSync(storedPath(artifactHash))
    await storeFile(artifact)
    peekOnce('versionWatch')?.tell(first.modelId)
    await expect.poll(async () => (await ask('filed', 2)).version).toBe(2)
    expect(conditions.at(-1)).toMatchObject({ isFired: false })
  })

  it('lets versions that ran when the server ended prove themselves again, and counts what ended it', async () => {
    const version = await register('suspect', identityModel())
    await releaseToStaging('suspect', 1)
    const { saveProven, saveSuspects } = await import('./version-health')
    await saveProven(version.id, ROWS_TO_PROVE)
    await saveSuspects([version.id], null)
    expect(await healthOf(db, version.id)).toMatchObject({ state: 'suspect', crashes: 0, rowsAnswered: 0 })
    await saveSuspects([version.id], 'SIGSEGV')
    expect(await healthOf(db, version.id)).toMatchObject({ state: 'suspect', crashes: 1 })
    await saveSuspects([version.id], 'SIGSEGV')
    expect(await healthOf(db, version.id)).toMatchObject({ state: 'quarantined', crashes: 2 })
  })
})
