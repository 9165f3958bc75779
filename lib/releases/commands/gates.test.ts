import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, insertModel, insertVersion, operator } from '../testing/fixture'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import type { GateRule } from '../contract'
import { listPolicies, listReleases, policyFor, releaseInForce } from '../queries'
import { approvePromotion, rejectPromotion, requestPromotion, setPolicy } from '.'

describe.each(ENGINES)('gates and policies on %s', (engine) => {
  let db: Database
  let count = 0
  beforeAll(async () => {
    db = await openTestDatabase(engine)
  })
  afterAll(() => db.close())

  async function newModel() {
    const model = `gated-${engine}-${++count}`
    return { model, modelId: await insertModel(db, model) }
  }

  const accuracy: GateRule = { gate: 'metric-threshold', metric: 'accuracy', comparison: 'at-least', value: 0.8 }

  it('gives a model the default of its environment until a policy is set', async () => {
    const { model, modelId } = await newModel()
    const gates = [{ gate: 'signature-compatible' }, { gate: 'reference-rows-answered' }]
    expect(await listPolicies(db, modelId)).toMatchObject([
      { environment: 'production', revision: 0, requiredApprovals: 1, leastApprovals: 1, gates },
      { environment: 'staging', revision: 0, requiredApprovals: 0, leastApprovals: 0, gates },
    ])
    expect(await setPolicy(admin, model, 'production', { requiredApprovals: 2, gates: [accuracy] })).toMatchObject({ revision: 1, requiredApprovals: 2, gates: [accuracy] })
    expect(await setPolicy(admin, model, 'production', { requiredApprovals: 1, gates: [] })).toMatchObject({ revision: 2, gates: [] })
    expect(await policyFor(db, modelId, 'staging')).toMatchObject({ revision: 0 })
    const { events } = await listAuditEvents(db, { modelId })
    expect(events[0]).toMatchObject({ action: 'policy.changed', before: { revision: 1, requiredApprovals: 2 }, after: { revision: 2, requiredApprovals: 1 } })
  })

  it('lets nobody but an administrator set a policy, and none below the environment’s', async () => {
    const { model, modelId } = await newModel()
    await expect(setPolicy(operator, model, 'production', { requiredApprovals: 1, gates: [] })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(setPolicy(approver, model, 'production', { requiredApprovals: 1, gates: [] })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(setPolicy(admin, model, 'production', { requiredApprovals: 0, gates: [] })).rejects.toMatchObject({ kind: 'invalid', code: 'approvals_too_few' })
    await expect(setPolicy(admin, model, 'moon', { requiredApprovals: 1, gates: [] })).rejects.toMatchObject({ code: 'environment_not_found' })
    expect(await policyFor(db, modelId, 'production')).toMatchObject({ revision: 0 })
  })

  it('tells the loser of two policy changes at once', async () => {
    const { model, modelId } = await newModel()
    await Promise.allSettled([1, 2, 3].map((requiredApprovals) => setPolicy(admin, model, 'production', { requiredApprovals, gates: [] })))
    const { revision } = await policyFor(db, modelId, 'production')
    expect(revision).toBeGreaterThanOrEqual(1)
    expect((await listAuditEvents(db, { modelId, action: 'policy.changed' })).events).toHaveLength(revision)
  })

  it('measures metrics against the policy and blocks the approval of what falls short', async () => {
    const { model, modelId } = await newModel()
    await setPolicy(admin, model, 'production', { requiredApprovals: 1, gates: [accuracy] })
    for (const [number, metrics] of [[1, { accuracy: 0.8 }], [2, { accuracy: 0.79 }], [3, {}]] as const) {
      await insertVersion(db, modelId, number, { metrics })
    }
    const exact = await requestPromotion(operator, { model, version: 1, reason: 'exactly the limit' })
    expect(exact.gates).toMatchObject([{ gate: 'metric-threshold', verdict: 'passed', evidence: { figures: [{ value: 0.8, limit: 'at least 0.8' }, { value: null }] } }])
    await approvePromotion(approver, exact.id)

    const short = await requestPromotion(operator, { model, version: 2, reason: 'a little short' })
    expect(short).toMatchObject({ status: 'pending', gates: [{ verdict: 'failed', evidence: { figures: [{ value: 0.79 }, { value: 0.8 }] } }] })
    await expect(approvePromotion(approver, short.id)).rejects.toMatchObject({ kind: 'conflict', code: 'gate_failed' })
    expect(await rejectPromotion(approver, short.id, { comment: 'too inaccurate' })).toMatchObject({ status: 'rejected' })

    const without = await requestPromotion(operator, { model, version: 3, reason: 'no figure' })
    expect(without.gates[0]?.sentence).toContain('no such figure')
    await expect(approvePromotion(approver, without.id)).rejects.toMatchObject({ code: 'gate_failed' })
    expect((await releaseInForce(db, modelId, 'production'))?.arms[0]?.versionNumber).toBe(1)
  })

  it('does not release to staging at once when a gate failed', async () => {
    const { model, modelId } = await newModel()
    await setPolicy(admin, model, 'staging', { requiredApprovals: 0, gates: [accuracy] })
    await insertVersion(db, modelId, 1, { metrics: { accuracy: 0.5 } })
    const promotion = await requestPromotion(operator, { model, version: 1, environment: 'staging', reason: 'try it' })
    expect(promotion).toMatchObject({ status: 'pending', releaseId: null })
    expect((await listReleases(db, modelId)).releases).toEqual([])
  })

  it('asks the champion’s reference rows of the candidate, through the runtime', async () => {
    const { model, modelId } = await newModel()
    await insertVersion(db, modelId, 1, { rows: [{ x: 4 }, { x: 0 }] })
    await approvePromotion(approver, (await requestPromotion(operator, { model, version: 1, reason: 'first' })).id)
    // Its own rows hold no zero, the champion's do: 1 / 0 is no answer.
    await insertVersion(db, modelId, 2, { operator: 'Reciprocal', rows: [{ x: 4 }] })
    const promotion = await requestPromotion(operator, { model, version: 2, reason: 'faster' })
    expect(promotion.gates[1]).toMatchObject({
      gate: 'reference-rows-answered',
      verdict: 'failed',
      sentence: 'The candidate has no usable answer to 1 of 2 rows that the champion was trained on.',
      evidence: { figures: [{ name: 'rows answered', value: 1, limit: 'all 2' }] },
    })
    expect(promotion.gates[1]?.evidence.details?.[0]).toMatch(/^Row 2: .*finite/)
    await expect(approvePromotion(approver, promotion.id)).rejects.toMatchObject({ code: 'gate_failed' })
  })

  it('warns without reference rows, and fails a gate that cannot be run', async () => {
    const { model, modelId } = await newModel()
    await insertVersion(db, modelId, 1, { rows: null })
    const promotion = await requestPromotion(operator, { model, version: 1, environment: 'staging', reason: 'try' })
    expect(promotion).toMatchObject({ status: 'approved', gates: [{ verdict: 'passed' }, { verdict: 'warning' }] })

    await insertVersion(db, modelId, 2, { artifactHash: '0'.repeat(64) })
    const broken = await requestPromotion(operator, { model, version: 2, environment: 'staging', reason: 'file is gone' })
    expect(broken).toMatchObject({ status: 'pending', gates: [{ verdict: 'passed' }, { verdict: 'failed' }] })
    expect(broken.gates[1]?.sentence).toMatch(/could not be run.*missing/)
  })

  it('fails a candidate that callers of the champion would break', async () => {
    const { model, modelId } = await newModel()
    await insertVersion(db, modelId, 1)
    await requestPromotion(operator, { model, version: 1, environment: 'staging', reason: 'first' })
    await insertVersion(db, modelId, 2, { field: { type: 'category' } })
    const promotion = await requestPromotion(operator, { model, version: 2, environment: 'staging', reason: 'new type' })
    expect(promotion.gates[0]).toMatchObject({ gate: 'signature-compatible', verdict: 'failed' })
    expect(promotion.status).toBe('pending')
  })
})
